/**
 * Which fields of a value partners get. Every field has to be answered for, also the optional ones: who adds a field to an event is
 * stopped by the compiler here, and what nobody answered for never leaves.
 */
export type AllowedFields<Value> = {
  readonly [Field in keyof Required<Value>]: boolean | ((value: NonNullable<Value[Field]>) => unknown);
};

/** The allowed fields of a value: as they are, or as the function makes them. A field that is absent stays absent. */
export function onlyAllowed<Value extends object>(fields: AllowedFields<Value>): (value: Value) => object {
  const allowed = (Object.entries(fields) as [keyof Value, boolean | ((value: unknown) => unknown)][]).filter(
    ([, rule]) => rule !== false,
  );
  return (value) =>
    Object.fromEntries(
      allowed
        .filter(([field]) => value[field] !== undefined)
        .map(([field, rule]) => [field, typeof rule === 'function' ? rule(value[field]) : value[field]]),
    );
}

export function each<Value extends object>(fields: AllowedFields<Value>): (values: readonly Value[]) => object[] {
  const allowed = onlyAllowed(fields);
  return (values) => values.map(allowed);
}
