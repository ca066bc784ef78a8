import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, ValidateNested } from 'class-validator';

type PartClass = () => new () => object;

/** A field that is an object with a form of its own. Anything else there is refused by name, not let past. */
export function Part(form: PartClass): PropertyDecorator {
  return applyDecorators(IsObject(), ValidateNested(), Type(form));
}

/** A list of objects of one form: from `least` (none, where it is left out) to `most`. */
export function Parts(form: PartClass, { least = 0, most }: { least?: number; most: number }): PropertyDecorator {
  const each = { each: true };
  return applyDecorators(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    IsObject(each),
    ValidateNested(each),
    Type(form),
  );
}
