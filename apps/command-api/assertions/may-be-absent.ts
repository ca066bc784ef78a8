import { ValidateIf } from 'class-validator';

/** A field that may be left out. `null` is not absent: class-validator's own IsOptional would let it past every other rule. */
export function MayBeAbsent(): PropertyDecorator {
  return (target, property) => {
    if (typeof property === 'symbol') return;
    ValidateIf((_, value) => value !== undefined)(target, property);
  };
}
