import { ValidateBy } from 'class-validator';
import { MAX_TEXT } from '#events';

/** A text, a number or a truth value; which of them makes sense is the matter of whoever states it. */
export function IsLiteral(): PropertyDecorator {
  return ValidateBy({
    name: 'isLiteral',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'number' ||
        typeof value === 'boolean' ||
        (typeof value === 'string' && value.length <= MAX_TEXT),
      defaultMessage: () => `$property must be a text of at most ${MAX_TEXT} characters, a number, true or false`,
    },
  });
}
