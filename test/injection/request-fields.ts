/** The string fields of every question's request, as its OpenAPI document names them: a new field is tried without a line here. */

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  example?: unknown;
  enum?: unknown[];
  minItems?: number;
}

export interface OpenApi {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  components: { schemas: Record<string, Schema> };
}

/** Names and places on the way to a field. */
export type Field = (string | number)[];

export interface Request {
  /** Name of the question. */
  question: string;
  /** A body that says little and is understood. */
  body: Record<string, unknown>;
  fields: Field[];
}

export function requestsIn(document: OpenApi): Request[] {
  return Object.entries(document.paths).flatMap(([path, { post }]) => {
    const schema = post?.requestBody?.content['application/json']?.schema;
    if (schema === undefined) return [];
    const fields = fieldsOf(document, schema, []);
    return [
      { question: path.slice('/v1/questions/'.length), body: bodyOf(document, schema) as Request['body'], fields },
    ];
  });
}

function resolved(document: OpenApi, schema: Schema): Schema {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref === undefined) return schema;
  return {
    ...document.components.schemas[ref.slice('#/components/schemas/'.length)],
    ...schema,
    $ref: undefined,
  } as Schema;
}

function fieldsOf(document: OpenApi, given: Schema, at: Field): Field[] {
  const { type, properties = {}, items } = resolved(document, given);
  if (type === 'string') return [at];
  if (items !== undefined) return fieldsOf(document, items, [...at, 0]);
  return Object.entries(properties).flatMap(([name, field]) => fieldsOf(document, field, [...at, name]));
}

/** What must be there, by its example, its first code, or what a text may be. */
function bodyOf(document: OpenApi, given: Schema): unknown {
  const { type, properties, items, required = [], example, enum: codes, minItems = 1 } = resolved(document, given);
  if (properties !== undefined) {
    // A seed has no field that it must have, but some.
    const names = required.length > 0 || properties['value'] === undefined ? required : ['value'];
    return Object.fromEntries(names.map((name) => [name, bodyOf(document, properties[name] ?? {})]));
  }
  if (items !== undefined) return Array.from({ length: minItems }, (_, at) => varied(bodyOf(document, items), at));
  if (example !== undefined) return example;
  return codes?.[0] ?? (type === 'string' ? 'moth' : type === 'object' ? {} : 1);
}

/** Several of a list are not all the same. */
function varied(one: unknown, at: number): unknown {
  return at > 0 && typeof one === 'object' && one !== null && 'value' in one
    ? { ...one, value: `+44 7700 90010${at}` }
    : one;
}

/** The body with a text in one of its fields. */
export function withText(body: unknown, [step, ...rest]: Field, text: string): unknown {
  if (step === undefined) return text;
  if (typeof step === 'number') {
    const list = Array.isArray(body) ? (body as unknown[]) : [];
    return [withText(list[0], rest, text), ...list.slice(1)];
  }
  return {
    ...(body as object | undefined),
    [step]: withText((body as Record<string, unknown> | undefined)?.[step], rest, text),
  };
}
