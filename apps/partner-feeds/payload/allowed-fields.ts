import type { JsonSchema } from './json-schema.js';
import { listOf, withoutFields } from './json-schema.js';

/**
 * Which fields of a value partners get. Every field has to be answered for, also the optional ones: who adds a field to an event is
 * stopped by the compiler here, and what nobody answered for never leaves.
 */
export type AllowedFields<Value> = {
  readonly [Field in keyof Required<Value>]: boolean | Allowing<NonNullable<Value[Field]>>;
};

/** What partners get of a value, and of the schema of such values: said in one place, so that the two cannot differ. */
export interface Allowing<Value, Allowed = unknown> {
  (value: Value): Allowed;
  schema(given: JsonSchema): JsonSchema;
}

export function allowing<Value, Allowed>(
  of: (value: Value) => Allowed,
  schema: (given: JsonSchema) => JsonSchema,
): Allowing<Value, Allowed> {
  return Object.assign((value: Value) => of(value), { schema });
}

/** The allowed fields of a value: as they are, or as the function makes them. A field that is absent stays absent. */
export function onlyAllowed<Value extends object>(fields: AllowedFields<Value>): Allowing<Value, object> {
  const rules = Object.entries(fields) as [keyof Value & string, boolean | Allowing<unknown>][];
  const allowed = rules.filter(([, rule]) => rule !== false);
  return allowing(
    (value) =>
      Object.fromEntries(
        allowed
          .filter(([field]) => value[field] !== undefined)
          .map(([field, rule]) => [field, typeof rule === 'function' ? rule(value[field]) : value[field]]),
      ),
    (given) =>
      withoutFields(given, (field) => {
        const rule = (fields as Record<string, boolean | Allowing<unknown> | undefined>)[field];
        return rule === false ? undefined : typeof rule === 'function' ? rule.schema : (schema) => schema;
      }),
  );
}

export function each<Value extends object>(fields: AllowedFields<Value>): Allowing<readonly Value[], object[]> {
  return eachOf(onlyAllowed(fields));
}

export function eachOf<Value, Allowed>(one: Allowing<Value, Allowed>): Allowing<readonly Value[], Allowed[]> {
  return allowing(
    (values) => values.map(one),
    (given) => listOf(given, one.schema),
  );
}
