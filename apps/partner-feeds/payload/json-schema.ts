/** A JSON Schema of the catalogue, as it is taken apart for what partners get. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Change = (schema: JsonSchema) => JsonSchema;

/** Places of a schema that hold schemas of the same value. */
const SAME_VALUE = ['then', 'else'];
const ALTERNATIVES = ['oneOf', 'anyOf', 'allOf'];

/**
 * The schema with some fields taken out and the others changed. It is open: a reader takes a field that it does not know for a newer
 * one, which is how payloads grow without a new version.
 * @param of what becomes of a field's schema; undefined takes the field out
 */
export function withoutFields(schema: JsonSchema, of: (field: string) => Change | undefined): JsonSchema {
  const again = (inner: unknown): JsonSchema => withoutFields(inner as JsonSchema, of);
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]): [string, unknown][] => {
      if (name === 'additionalProperties') return [];
      if (name === 'required') return [[name, (value as string[]).filter((field) => of(field) !== undefined)]];
      if (name === 'properties') return [[name, changed(value as Record<string, JsonSchema>, of)]];
      if (SAME_VALUE.includes(name)) return [[name, again(value)]];
      if (ALTERNATIVES.includes(name)) return [[name, (value as unknown[]).map(again)]];
      return [[name, value]];
    }),
  );
}

function changed(properties: Record<string, JsonSchema>, of: (field: string) => Change | undefined): object {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([field, schema]) => {
      const change = of(field);
      return change === undefined ? [] : [[field, change(schema)]];
    }),
  );
}

export function listOf(schema: JsonSchema, change: Change): JsonSchema {
  return { ...schema, items: change(schema['items'] as JsonSchema) };
}
