/** Schema of an object with these properties and no others. */
export function closed<const Properties extends Record<string, object>>(
  properties: Properties,
  required: readonly string[],
) {
  return { type: 'object', additionalProperties: false, required, properties } as const;
}

/** Row of the catalogue for what organisations decide among themselves: no partner gets it. */
export function organisationRow<Schema extends object>(
  schema: Schema,
  personal: readonly { pointer: string; subject: string }[] = [],
) {
  return { topic: 'organisation.events', version: 1, schema, personal, partners: 'nothing', upcasters: [] } as const;
}
