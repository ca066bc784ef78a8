import { DATA_SUBJECT_CATEGORIES, DATED, ENTITY_KINDS, GRADING_SCHEMES, RELATION_TYPES } from '#events';
import { VALUE_TYPES } from './mapping.js';

/** JSON Schema (draft 2020-12) of a mapping file; what it cannot say stands in mapping-faults.ts. */
const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text } as const;
const reason = { type: 'string', minLength: 10 } as const;
const property = { type: 'string', minLength: 1, maxLength: 64 } as const;
const relation = { enum: RELATION_TYPES.filter((type) => type !== 'STATED') } as const;

function closed(properties: Record<string, object>, required: string[]): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

const entity = {
  type: 'object',
  if: { required: ['end'] },
  then: closed({ end: text }, ['end']),
  else: closed({ kind: { enum: ENTITY_KINDS }, value: text, region: text, platform: text }, ['kind', 'value']),
};

const valueType = { enum: VALUE_TYPES };

const columnUse = {
  type: 'object',
  required: ['use'],
  discriminator: { propertyName: 'use' },
  oneOf: [
    closed({ use: { const: 'key' } }, ['use']),
    closed({ use: { const: 'end' } }, ['use']),
    closed({ use: { const: 'part' }, of: text }, ['use', 'of']),
    closed(
      { use: { const: 'property' }, property, as: valueType, format: text, unit: text, dated: { type: 'boolean' } },
      ['use', 'property'],
    ),
    closed({ use: { const: 'constant' }, value: text }, ['use', 'value']),
    closed({ use: { const: 'dropped' }, reason }, ['use', 'reason']),
  ],
};

const terms = {
  dated: { type: 'boolean' },
  confidence: { type: 'integer', minimum: 0, maximum: 100 },
  count: text,
};

const statement = {
  type: 'object',
  required: ['relation'],
  if: { properties: { relation: { const: 'STATED' } } },
  then: closed({ relation: { const: 'STATED' }, property, value: text, as: valueType, unit: text, ...terms }, [
    'relation',
    'property',
    'value',
  ]),
  else: closed({ relation, object: entity, category: { enum: DATA_SUBJECT_CATEGORIES }, ...terms }, [
    'relation',
    'object',
  ]),
};

const when = closed({ from: text, to: text, as: { enum: ['date', 'date-time'] }, format: text }, ['from']);
const files = {
  type: 'array',
  minItems: 1,
  items: {
    type: ['string', 'object'],
    if: { type: 'object' },
    then: closed({ file: text, facts: { type: 'object', additionalProperties: text } }, ['file', 'facts']),
    else: text,
  },
};
const entry = { files, note: text };
const columns = { type: 'object', minProperties: 1, additionalProperties: columnUse };
const ends = {
  type: 'object',
  additionalProperties: closed({ column: text, nodes: { ...texts, minItems: 1 } }, ['column', 'nodes']),
};
const stating = { subject: entity, statements: { type: 'array', items: statement }, when };

const fileEntry = {
  type: 'object',
  required: ['rows'],
  discriminator: { propertyName: 'rows' },
  oneOf: [
    closed({ rows: { const: 'nodes' }, ...entry, columns, ends, ...stating, node: text, id: text }, [
      'rows',
      'files',
      'columns',
      'subject',
      'node',
      'id',
    ]),
    closed({ rows: { const: 'links' }, ...entry, columns, ends, ...stating, key: text }, [
      'rows',
      'files',
      'columns',
      'ends',
      'subject',
      'key',
    ]),
    closed(
      { rows: { const: 'joined' }, ...entry, columns, ends, into: text, on: text, required: { type: 'boolean' } },
      ['rows', 'files', 'columns', 'ends', 'into', 'on'],
    ),
    closed(
      {
        rows: { const: 'matrix' },
        ...entry,
        heads: text,
        kind: { enum: ENTITY_KINDS },
        value: text,
        cell: closed({ relation, count: { type: 'boolean' } }, ['relation', 'count']),
        row: closed({ property, value: text, as: valueType }, ['property', 'value']),
        when,
        repeatedHeads: closed({ are: { const: 'the-same-actor' }, reason }, ['are', 'reason']),
      },
      ['rows', 'files', 'heads', 'kind', 'value', 'cell', 'row'],
    ),
    closed({ rows: { const: 'none' }, ...entry, reason }, ['rows', 'files', 'reason']),
  ],
};

const grading = closed({ scheme: { enum: Object.keys(GRADING_SCHEMES) }, source: text, information: text }, [
  'scheme',
  'source',
  'information',
]);

const marking = closed(
  {
    gsc: { enum: ['OFFICIAL', 'OFFICIAL-SENSITIVE'] },
    tlp: { enum: ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'] },
    handling: texts,
    conditions: texts,
    releasableTo: texts,
    originator: text,
    compartment: { type: ['string', 'null'] },
  },
  ['gsc', 'tlp', 'handling', 'conditions', 'releasableTo', 'compartment'],
);

export const mappingSchema = closed(
  {
    mapping: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,30}$' },
    version: { type: 'integer', minimum: 1 },
    title: text,
    source: closed({ name: text, cite: text, licence: text, notes: texts }, ['name', 'licence']),
    terms: closed(
      {
        purpose: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,99}$' },
        origin: { type: 'string', minLength: 1, maxLength: 200 },
        statementKind: {
          type: 'object',
          required: ['kind'],
          discriminator: { propertyName: 'kind' },
          oneOf: [
            closed({ kind: { const: 'fact' } }, ['kind']),
            closed({ kind: { const: 'assessment' }, assessor: text }, ['kind', 'assessor']),
          ],
        },
        grading: { type: ['object', 'string'], if: { type: 'object' }, then: grading },
        marking: { type: ['object', 'string'], if: { type: 'object' }, then: marking },
        time: { type: 'string', pattern: DATED },
      },
      ['purpose', 'statementKind', 'grading', 'marking', 'time'],
    ),
    files: { type: 'array', minItems: 1, items: fileEntry },
  },
  ['mapping', 'version', 'title', 'source', 'terms', 'files'],
);
