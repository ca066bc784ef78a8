import type { Fault } from '#events';
import type { ErrorObject } from 'ajv/dist/2020.js';

/** More faults than this of one line help nobody, and a line may have thousands. */
const MAX_FAULTS = 20;

/** What a form says where a pattern does not fit; undefined leaves it to what every form has. */
export type PatternDetail = (pointer: string) => string | undefined;

/** Faults of a compiled schema as people read them, each with its place. */
export function formFaults(
  errors: readonly ErrorObject[] | null | undefined,
  patternDetail: PatternDetail = () => undefined,
): Fault[] {
  return (errors ?? []).slice(0, MAX_FAULTS).map((error) => faultOf(error, patternDetail));
}

function faultOf({ keyword, instancePath, params, message }: ErrorObject, patternDetail: PatternDetail): Fault {
  switch (keyword) {
    case 'required':
      return {
        pointer: `${instancePath}/${String(params['missingProperty'])}`,
        code: 'field.missing',
        detail: 'is missing',
      };
    case 'additionalProperties':
      return {
        pointer: `${instancePath}/${escaped(String(params['additionalProperty']))}`,
        code: 'field.unknown',
        detail: 'is no field that is known here',
      };
    case 'enum':
      return {
        pointer: instancePath,
        code: 'field.value',
        detail: `must be one of ${String(params['allowedValues'])}`,
      };
    case 'type':
      return { pointer: instancePath, code: 'field.type', detail: `must be ${String(params['type'])}` };
    case 'pattern':
      return {
        pointer: instancePath,
        code: 'field.form',
        detail: patternDetail(instancePath) ?? 'must be a code of at most 100 letters, digits, spaces and . _ : / -',
      };
    default:
      return { pointer: instancePath, code: 'field.bounds', detail: message ?? 'is too long or too short' };
  }
}

function escaped(step: string): string {
  return step.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
