import { DATA_SUBJECT_CATEGORIES } from './data-subject.js';
import { ENTITY_KINDS, RELATION_TYPES } from './entity.js';
import { MAX_STATEMENTS } from './assertion-events.js';
import { DECISION_ACTS, NETWORK_ROLES } from './network-terms.js';

/** Longest canonical key or literal, in UTF-16 units: a post of 10,000 characters fits, a file does not. */
export const MAX_TEXT = 10_000;
const MAX_KEY = 512;

export const entityRefSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'key'],
  properties: {
    kind: { enum: ENTITY_KINDS },
    key: { type: 'string', minLength: 1, maxLength: MAX_KEY },
    raw: { type: 'string', maxLength: MAX_TEXT },
    region: { type: 'string', pattern: '^[A-Z]{2}$' },
    quality: { type: 'integer', minimum: 0, maximum: 100 },
  },
} as const;

/** ISO 8601 in UTC, cut where knowledge ends. */
export const DATED = '^\\d{4}(-\\d{2}(-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?Z)?)?)?$';

export const statementTerms = {
  from: { type: 'string', pattern: DATED },
  to: { type: 'string', pattern: DATED },
  confidence: { type: 'integer', minimum: 0, maximum: 100 },
  count: { type: 'integer', minimum: 1, maximum: 999_999_999 },
} as const;

const linkStatement = {
  type: 'object',
  additionalProperties: false,
  required: ['relation', 'object'],
  properties: {
    relation: { enum: RELATION_TYPES.filter((relation) => relation !== 'STATED') },
    object: entityRefSchema,
    category: { enum: DATA_SUBJECT_CATEGORIES },
    categoriseBy: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
    role: { enum: NETWORK_ROLES },
    ...statementTerms,
  },
} as const;

const literalStatement = {
  type: 'object',
  additionalProperties: false,
  required: ['relation', 'property', 'value'],
  properties: {
    relation: { const: 'STATED' },
    property: { type: 'string', minLength: 1, maxLength: 64 },
    value: { type: ['string', 'number', 'boolean'], maxLength: MAX_TEXT },
    unit: { type: 'string', minLength: 1, maxLength: 32 },
    ...statementTerms,
  },
} as const;

export const statementSchema = {
  type: 'object',
  required: ['relation'],
  if: { properties: { relation: { const: 'STATED' } } },
  then: literalStatement,
  else: linkStatement,
} as const;

export const assertionMadeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['subject', 'statements'],
  properties: {
    subject: entityRefSchema,
    statements: { type: 'array', minItems: 1, maxItems: MAX_STATEMENTS, items: statementSchema },
    reference: { type: 'string', minLength: 1, maxLength: 200 },
    decision: {
      type: 'object',
      additionalProperties: false,
      required: ['act', 'reason'],
      properties: { act: { enum: DECISION_ACTS }, reason: { type: 'string', minLength: 1, maxLength: 2000 } },
    },
  },
} as const;

/** Ends of statements and a reason: what a withdrawal and a regrade say. */
const endsAndReason = {
  type: 'object',
  additionalProperties: false,
  required: ['subject', 'statements', 'reason'],
  properties: {
    subject: entityRefSchema,
    statements: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_STATEMENTS,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['index', 'relation'],
        properties: {
          index: { type: 'integer', minimum: 0, maximum: MAX_STATEMENTS - 1 },
          relation: { enum: RELATION_TYPES },
          object: entityRefSchema,
        },
      },
    },
    reason: { type: 'string', minLength: 1, maxLength: 2000 },
  },
} as const;

export const assertionWithdrawnSchema = endsAndReason;
export const assertionRegradedSchema = endsAndReason;
