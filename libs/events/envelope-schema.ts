import { GRADING_SCHEMES } from './grading.js';

const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text } as const;

/** JSON Schema of the envelope as stored: what a reader may rely on before it looks at the type. */
export const envelopeSchema = {
  type: 'object',
  required: [
    'id',
    'type',
    'version',
    'source',
    'stream',
    'streamVersion',
    'time',
    'recordedTime',
    'actor',
    'purpose',
    'basis',
    'statementKind',
    'marking',
    'correlationId',
    'data',
  ],
  properties: {
    id: text,
    type: text,
    version: { type: 'integer', minimum: 1 },
    source: text,
    stream: text,
    streamVersion: { type: 'integer', minimum: 1 },
    time: {
      type: 'object',
      required: ['at', 'precision'],
      properties: { at: text, precision: { enum: ['year', 'month', 'day', 'minute', 'second'] } },
    },
    recordedTime: text,
    actor: {
      type: 'object',
      required: ['organisation', 'user', 'role'],
      properties: { organisation: text, user: text, role: text, onBehalfOf: text },
    },
    purpose: text,
    origin: text,
    basis: texts,
    statementKind: {
      type: 'object',
      required: ['kind'],
      properties: { kind: { enum: ['fact', 'assessment'] }, assessor: text },
    },
    grading: {
      type: 'object',
      required: ['scheme', 'source', 'information'],
      properties: { scheme: { enum: Object.keys(GRADING_SCHEMES) }, source: text, information: text },
    },
    marking: {
      type: 'object',
      required: ['gsc', 'tlp', 'handling', 'conditions', 'releasableTo', 'originator', 'compartment'],
      properties: {
        gsc: text,
        tlp: text,
        handling: texts,
        conditions: texts,
        releasableTo: texts,
        originator: text,
        compartment: { type: ['string', 'null'] },
      },
    },
    keyId: text,
    correlationId: text,
    causationId: text,
    traceparent: text,
  },
} as const;
