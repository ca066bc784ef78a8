const stream = { type: 'string', minLength: 1, maxLength: 100 } as const;
const reason = { type: 'string', minLength: 1, maxLength: 2000 } as const;

export const parkedReplayedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['stream', 'reason'],
  properties: { stream, reason },
} as const;

export const parkedDiscardedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['stream', 'streamVersions', 'reason'],
  properties: {
    stream,
    streamVersions: { type: 'array', minItems: 1, maxItems: 10_000, items: { type: 'integer', minimum: 1 } },
    reason,
  },
} as const;
