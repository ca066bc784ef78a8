import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { Problem, type Fault } from './problem.js';
import { escapePointer } from './request-body.js';

/**
 * Checks each request class at the edge: nothing unknown, everything of its type, each fault with a pointer.
 * Values and targets stay out of the errors: what was sent may be personal data, and errors are logged.
 */
export function requestValidation(): ValidationPipe {
  return new RequestValidation({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => inputRefused(errors.flatMap((error) => faultsOf(error, ''))),
  });
}

class RequestValidation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // An array would be checked element by element and a text not at all, instead of as the object that the route expects.
    const expectsObject = metadata.type === 'body' && metadata.metatype !== Array && this.toValidate(metadata);
    if (expectsObject && (typeof value !== 'object' || value === null || Array.isArray(value)))
      throw inputRefused([{ pointer: '', code: 'body.not-an-object', detail: 'The body must be a JSON object.' }]);
    return (await super.transform(value, metadata)) as unknown;
  }
}

/** The answer to an input that does not fit: 400, each fault with its pointer. */
export function inputRefused(faults: readonly Fault[]): Problem {
  return new Problem('InvalidInput', 'input.invalid', 'The request does not fit what is expected; see "faults".', {
    faults,
  });
}

function faultsOf(error: ValidationError, parent: string): Fault[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, detail]) => ({
    pointer,
    code: CODES[rule] ?? `field.${kebab(rule)}`,
    detail,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}

/** Codes that say more than the name of the rule does. */
const CODES: Readonly<Record<string, string>> = {
  whitelistValidation: 'field.unknown',
  unknownValue: 'body.not-an-object',
};

function kebab(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
