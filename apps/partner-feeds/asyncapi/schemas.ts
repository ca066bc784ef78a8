import { CATALOGUE, envelopeSchema, type PartnerType } from '#events';
import { NOTICES } from '../deliveries/delivery.js';
import type { JsonSchema } from '../payload/json-schema.js';
import { PARTNER_DATA } from '../payload/partner-data.js';
import { payloadSchema } from '../payload/partner-event.js';

/** JSON Schemas of what feeds send. All are open: readers pass over what they do not know. */

const text = { type: 'string', minLength: 1 } as const;
const uuid = { type: 'string', format: 'uuid' } as const;
const instant = { type: 'string', format: 'date-time' } as const;

function open(required: readonly string[], properties: Record<string, object>): JsonSchema {
  return { type: 'object', required, properties };
}

const { marking, grading, statementKind, time } = envelopeSchema.properties;

/** What partners get of an event, as CloudEvents 1.0 in structured JSON. */
export function eventSchema(type: PartnerType): JsonSchema {
  const { properties = {}, required = [] } = PARTNER_DATA[type].schema(CATALOGUE[type].schema) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  const terms = open(['marking', 'statementKind', 'time'], { marking, grading, statementKind, time });
  return open(
    [
      ...['specversion', 'id', 'type', 'source', 'subject', 'timeprecision', 'recordedtime', 'datacontenttype'],
      ...['dataschema', 'marking', 'statementkind', 'data'],
    ],
    {
      specversion: { const: '1.0' },
      id: { ...uuid, description: 'The same in each feed, channel and repetition' },
      type: { const: type },
      source: { ...uuid, description: 'Organisation that says it' },
      subject: { ...text, description: 'The record that it belongs to' },
      time: { ...instant, description: 'First instant of the claimed time' },
      timeprecision: time.properties.precision,
      recordedtime: instant,
      datacontenttype: { const: 'application/json' },
      dataschema: { const: payloadSchema(type) },
      marking: { ...text, description: 'In force when it was delivered, in its displayed form' },
      grading: text,
      statementkind: statementKind.properties.kind,
      origin: { ...text, description: 'The report or source that it goes back to' },
      data: open(['terms', ...required], { terms, ...properties }),
    },
  );
}

export const noticeSchema = open(['notice', 'reason', 'deliveries'], {
  notice: { enum: NOTICES },
  reason: text,
  deliveries: { type: 'array', items: text, description: 'Deliveries that you hold and that it is about' },
  answerBy: { ...instant, description: 'Until when an answer is expected' },
  state: { enum: ['pending', 'applied', 'refused', 'not-held', 'overdue'] },
  details: { type: 'object' },
});

const place = {
  sequence: { type: 'integer', minimum: 1, description: '1, 2, 3, ... without a gap' },
  delivery: { ...text, description: 'Id of the delivery: the same on each channel and at each attempt' },
  cursor: { ...text, description: 'To go on behind it' },
};

export const PLACE = open(Object.keys(place), place);

/** A delivery as pages and streams show it. */
export const deliveries = {
  event: (event: JsonSchema): JsonSchema =>
    open([...Object.keys(place), 'kind', 'event'], {
      ...place,
      kind: { const: 'event' },
      event,
      held: { type: 'boolean', description: 'You have had it before, on whichever channel' },
    }),
  notice: open([...Object.keys(place), 'kind', 'notice'], {
    ...place,
    kind: { const: 'notice' },
    notice: noticeSchema,
  }),
  withheld: open([...Object.keys(place), 'withheld'], { ...place, withheld: { const: true } }),
} as const;

export const snapshotComplete = open(['sequence', 'digest', 'cursor'], {
  sequence: { type: 'integer', minimum: 0 },
  digest: { ...text, description: 'Over all deliveries up to here' },
  cursor: text,
});

export const closing = open(['code', 'detail', 'retriable'], {
  code: text,
  detail: text,
  retriable: { type: 'boolean', description: 'Whether connecting again may succeed without any change' },
});

/** What a webhook posts: Standard Webhooks 1.0. */
export function webhookMessage(type: JsonSchema, data: JsonSchema): JsonSchema {
  return open(['type', 'timestamp', 'data'], { type, timestamp: instant, data });
}

export const SUBSCRIPTION = open(['subscription'], { subscription: uuid });
export const THIN = open(['url'], { url: { ...text, description: 'Where the delivery is fetched, as yourself' } });
