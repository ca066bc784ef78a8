import { entityRefSchema } from './assertion-schemas.js';
import {
  EFFECTS,
  FINDINGS,
  ITEM_KINDS,
  QUESTION_REASONS,
  REFUSAL_REASONS,
  RESULTS,
  THEMES,
  URGENCIES,
} from './case-terms.js';
import { code, instant, prose, said, uuid } from './permission-schemas.js';
import { CLEARANCES } from './referral-events.js';

/** Most items of one referral: a longer list is several referrals. */
export const MAX_ITEMS = 100;
const MAX_EVIDENCE = 20;
const MAX_COUNTRIES = 60;
const MAX_INTEREST_ENTITIES = 200;

const country = { type: 'string', pattern: '^[A-Z]{2}$' } as const;
const countries = { type: 'array', maxItems: MAX_COUNTRIES, uniqueItems: true, items: country } as const;
const language = { type: 'string', pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' } as const;
const place = { type: 'integer', minimum: 0, maximum: MAX_ITEMS - 1 } as const;

function closed<Properties extends object>(required: readonly (keyof Properties)[], properties: Properties) {
  return { type: 'object', additionalProperties: false, required, properties } as const;
}

export const groundSchema = closed(['basis', 'provision'], { basis: { enum: ['law', 'terms'] }, provision: code });

export const evidenceSchema = {
  type: 'array',
  maxItems: MAX_EVIDENCE,
  items: closed(['sha256', 'capturedAt', 'custody'], {
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    capturedAt: instant,
    custody: code,
  }),
} as const;

export const outcomeSchema = closed(['result', 'effect'], {
  result: { enum: RESULTS },
  effect: { enum: EFFECTS },
  effectiveAt: instant,
  territory: countries,
  ground: groundSchema,
  reason: { enum: REFUSAL_REASONS },
  words: said,
  preservedUntil: instant,
});

const paperworkSchema = closed([], {
  contactPoint: said,
  redress: said,
  goodFaith: { type: 'boolean' },
  informedAt: instant,
  emergency: said,
});

const caseItem = { kind: { enum: ITEM_KINDS }, location: entityRefSchema } as const;
const caseItemSchema = closed(['kind', 'location'], caseItem);

const contentSchema = closed(
  ['platform', 'instrument', 'ground', 'theme', 'urgency', 'territory', 'explanation', 'items'],
  {
    platform: uuid,
    instrument: code,
    ground: groundSchema,
    theme: { enum: THEMES },
    urgency: { enum: URGENCIES },
    language,
    territory: countries,
    explanation: prose,
    reference: code,
    paperwork: paperworkSchema,
    successorOf: uuid,
    items: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_ITEMS,
      items: closed(['kind', 'location', 'evidence'], {
        ...caseItem,
        evidence: evidenceSchema,
        successorOf: closed(['referral', 'item', 'location'], {
          referral: uuid,
          item: place,
          location: entityRefSchema,
        }),
      }),
    },
  },
);

const draftedSchema = closed(['referral', 'content'], { referral: uuid, content: contentSchema });
const endedSchema = closed(['referral', 'reason'], { referral: uuid, reason: said });

const answerSchema = {
  type: 'object',
  required: ['answer'],
  oneOf: [
    closed(['answer'], { answer: { enum: ['acknowledged', 'appeal-opened'] } }),
    closed(['answer', 'reason', 'question'], {
      answer: { const: 'asked' },
      reason: { enum: QUESTION_REASONS },
      question: prose,
    }),
    closed(['answer', 'outcome'], { answer: { const: 'decided' }, outcome: outcomeSchema }),
    closed(['answer', 'reason'], { answer: { const: 'corrected' }, outcome: outcomeSchema, reason: said }),
    closed(['answer', 'result'], { answer: { const: 'appeal-decided' }, result: { enum: ['upheld', 'overturned'] } }),
  ],
} as const;

export const REFERRAL_SCHEMAS = {
  'referral.drafted': draftedSchema,
  'referral.revised': draftedSchema,
  'referral.check-requested': closed(['referral', 'until', 'decision'], {
    referral: uuid,
    until: instant,
    decision: closed(['policy', 'at', 'reasons', 'permissions', 'of'], {
      policy: { type: 'integer', minimum: 1 },
      at: instant,
      reasons: { type: 'array', items: code },
      permissions: { type: 'array', items: uuid },
      of: {
        type: 'array',
        items: closed(['event', 'under'], { event: uuid, under: { type: 'integer', minimum: 0 } }),
      },
    }),
  }),
  'referral.held': closed(['referral', 'until', 'contact'], { referral: uuid, until: instant, contact: said }),
  'referral.cleared': closed(['referral', 'by'], { referral: uuid, by: { enum: CLEARANCES }, reason: said }),
  'referral.submitted': closed(['referral', 'platform', 'instrument', 'theme', 'receivedAt', 'items'], {
    referral: uuid,
    platform: uuid,
    instrument: code,
    theme: { enum: THEMES },
    receivedAt: instant,
    dueAt: instant,
    items: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_ITEMS,
      items: closed(['kind', 'location'], {
        ...caseItem,
        successorOf: closed(['location'], { location: entityRefSchema }),
      }),
    },
  }),
  'referral.answered': closed(['referral', 'item', 'location', 'at', 'said'], {
    referral: uuid,
    item: place,
    location: entityRefSchema,
    at: instant,
    said: answerSchema,
  }),
  'referral.information-given': closed(['referral', 'item', 'text', 'evidence', 'at'], {
    referral: uuid,
    item: place,
    text: prose,
    evidence: evidenceSchema,
    at: instant,
  }),
  'referral.finding-recorded': closed(['referral', 'item', 'location', 'finding', 'at', 'vantage', 'evidence'], {
    referral: uuid,
    item: place,
    location: entityRefSchema,
    finding: { enum: FINDINGS },
    at: instant,
    vantage: code,
    evidence: evidenceSchema,
    outcome: outcomeSchema,
  }),
  'referral.withdrawn': endedSchema,
  'referral.closed': endedSchema,
  'referral.reopened': closed(['referral', 'because', 'reason'], {
    referral: uuid,
    because: { enum: ['reappearance', 'appeal', 'correction', 'new-evidence'] },
    reason: said,
  }),
  'deadline.breached': closed(['referral', 'item', 'instrument', 'dueAt'], {
    referral: uuid,
    item: place,
    instrument: code,
    dueAt: instant,
  }),
} as const;

export const DECONFLICTION_SCHEMAS = {
  'interest.declared': closed(['interest', 'entities', 'covert', 'contact', 'until'], {
    interest: uuid,
    entities: { type: 'array', minItems: 1, maxItems: MAX_INTEREST_ENTITIES, items: entityRefSchema },
    covert: { type: 'boolean' },
    contact: said,
    until: instant,
  }),
  'interest.ended': closed(['interest', 'reason'], { interest: uuid, reason: said }),
  'interest.hold-answered': closed(['interest', 'check', 'answer', 'reason'], {
    interest: uuid,
    check: uuid,
    answer: { enum: ['no-objection', 'keep'] },
    reason: said,
    until: instant,
  }),
} as const;

const requestSchema = closed(
  [
    'referral',
    'item',
    'organisation',
    'instrument',
    'ground',
    'theme',
    'urgency',
    'territory',
    'explanation',
    'evidence',
    'receivedAt',
  ],
  {
    referral: uuid,
    item: place,
    organisation: uuid,
    instrument: code,
    ground: groundSchema,
    theme: { enum: THEMES },
    urgency: { enum: URGENCIES },
    language,
    territory: countries,
    explanation: prose,
    evidence: evidenceSchema,
    paperwork: paperworkSchema,
    receivedAt: instant,
    dueAt: instant,
  },
);

export const REMOVAL_SCHEMAS = {
  'removal.requested': closed(['removal', 'platform', 'item', 'request'], {
    removal: uuid,
    platform: uuid,
    item: caseItemSchema,
    request: requestSchema,
  }),
  'removal.joined': closed(['removal', 'request'], { removal: uuid, request: requestSchema, heard: { const: true } }),
  'removal.acknowledged': closed(['removal'], { removal: uuid }),
  'removal.information-asked': closed(['removal', 'reason', 'question'], {
    removal: uuid,
    reason: { enum: QUESTION_REASONS },
    question: prose,
  }),
  'removal.information-given': closed(['removal', 'referral', 'text', 'evidence'], {
    removal: uuid,
    referral: uuid,
    text: prose,
    evidence: evidenceSchema,
  }),
  'removal.request-withdrawn': closed(['removal', 'referral', 'item'], { removal: uuid, referral: uuid, item: place }),
  'removal.decided': closed(['removal', 'outcome'], {
    removal: uuid,
    outcome: outcomeSchema,
    reference: code,
    batch: uuid,
    item: caseItemSchema,
  }),
  'removal.reported': closed(['removal', 'platform', 'item', 'outcome'], {
    removal: uuid,
    platform: uuid,
    item: caseItemSchema,
    theme: { enum: THEMES },
    language,
    outcome: outcomeSchema,
    reference: code,
    batch: uuid,
  }),
  'removal.corrected': closed(['removal', 'corrects', 'reason'], {
    removal: uuid,
    corrects: uuid,
    outcome: outcomeSchema,
    reason: said,
    batch: uuid,
    continuedIn: uuid,
    item: caseItemSchema,
  }),
  'removal.appeal-opened': closed(['removal', 'reason'], { removal: uuid, reason: said }),
  'removal.appeal-decided': closed(['removal', 'result', 'reason'], {
    removal: uuid,
    result: { enum: ['upheld', 'overturned'] },
    reason: said,
    item: caseItemSchema,
  }),
} as const;
