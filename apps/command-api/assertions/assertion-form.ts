import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  DATA_SUBJECT_CATEGORIES,
  DATED,
  ENTITY_KINDS,
  MAX_STATEMENTS,
  MAX_TEXT,
  NETWORK_ROLES,
  RELATION_TYPES,
  type Fault,
} from '#events';
import { formFaults } from '../bulk-intake/form-faults.js';
import type { AssertionGiven } from './given.js';
import { LIMITS, PURPOSE, UUID } from './limits.js';

/**
 * The form of an assertion as a compiled schema: the same that `assertion-requests.ts` says for people and for OpenAPI, a
 * hundred times faster. Bulk lines are judged by it alone; a single call only where it fits. A spec holds the two together.
 */
const text = (maxLength: number): object => ({ type: 'string', minLength: 1, maxLength });
const closed = (required: string[], properties: Record<string, object>): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const codes = (maxItems: number): object => ({ type: 'array', maxItems, items: text(LIMITS.code) });
const dated = { type: 'string', pattern: DATED };

const entity = closed(['kind', 'value'], {
  kind: { enum: ENTITY_KINDS },
  value: text(LIMITS.value),
  region: { type: 'string', pattern: '^[A-Za-z]{2}$' },
  platform: text(LIMITS.platform),
});

const statement = closed(['relation'], {
  relation: { enum: RELATION_TYPES },
  object: entity,
  property: text(LIMITS.property),
  value: { type: ['string', 'number', 'boolean'], maxLength: MAX_TEXT },
  unit: text(LIMITS.unit),
  from: dated,
  to: dated,
  confidence: { type: 'integer', minimum: 0, maximum: 100 },
  count: { type: 'integer', minimum: 1, maximum: LIMITS.count },
  category: { enum: DATA_SUBJECT_CATEGORIES },
  role: { enum: NETWORK_ROLES },
});

const REQUIRED = ['subject', 'statements', 'grading', 'marking', 'statementKind', 'time', 'purpose'];

const assertion = (required: string[]): object =>
  closed(required, {
    subject: entity,
    statements: { type: 'array', minItems: 1, maxItems: MAX_STATEMENTS, items: statement },
    grading: closed(['scheme', 'source', 'information'], {
      scheme: text(LIMITS.code),
      source: text(LIMITS.code),
      information: text(LIMITS.code),
    }),
    marking: closed(['gsc', 'tlp'], {
      gsc: text(LIMITS.code),
      tlp: text(LIMITS.code),
      handling: codes(LIMITS.codes),
      conditions: codes(LIMITS.codes),
      releasableTo: codes(LIMITS.releasableTo),
      originator: text(LIMITS.code),
      compartment: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.code },
    }),
    statementKind: closed(['kind'], { kind: { enum: ['fact', 'assessment'] }, assessor: text(LIMITS.assessor) }),
    time: closed(['at'], { at: dated, precision: { enum: ['year', 'month', 'day', 'minute', 'second'] } }),
    origin: text(LIMITS.origin),
    basis: { type: 'array', maxItems: LIMITS.basis, items: { type: 'string', pattern: UUID.source } },
    purpose: { type: 'string', pattern: PURPOSE.source },
    reference: text(LIMITS.reference),
  });

export type LineGiven = AssertionGiven & { reference: string };

// The schema of schemas is left out: compiling it costs every start a quarter of a second.
const OPTIONS = { strict: true, allowUnionTypes: true, meta: false, validateSchema: false };
const fits = new Ajv2020(OPTIONS).compile<AssertionGiven>(assertion(REQUIRED));
const fitsLine = new Ajv2020({ ...OPTIONS, allErrors: true }).compile<LineGiven>(assertion([...REQUIRED, 'reference']));

/** Whether a value has the form of the body of a single call. */
export function hasForm(value: unknown): value is AssertionGiven {
  return fits(value);
}

/** Every fault in the form of a line; none where it is an assertion. */
export function lineFaults(value: unknown): Fault[] {
  return fitsLine(value) ? [] : formFaults(fitsLine.errors, patternDetail);
}

function patternDetail(pointer: string): string | undefined {
  if (/\/(?:at|from|to)$/.test(pointer)) return 'must be like 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z';
  if (pointer.endsWith('/region')) return 'must be two letters';
  return pointer.startsWith('/basis') ? 'must be the id of an event' : undefined;
}
