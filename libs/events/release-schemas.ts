import { MAX_STATEMENTS } from './assertion-events.js';
import { envelopeSchema } from './envelope-schema.js';
import { OUTWARD_ACTIONS } from './permission-events.js';
import { code, instant, prose, said, subject, uuid } from './permission-schemas.js';
import { RELEASE_FORMS, RELEASE_RULES, REVIEW_OUTCOMES } from './release-events.js';

/** Most organisations that one release can go to. */
export const MAX_RECIPIENTS = 200;

const decision = {
  type: 'object',
  additionalProperties: false,
  required: ['policy', 'at', 'reasons', 'permissions', 'needs'],
  properties: {
    policy: { type: 'integer', minimum: 1 },
    at: instant,
    reasons: { type: 'array', items: code },
    permissions: { type: 'array', items: uuid },
    needs: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['originator', 'event', 'action', 'recipient'],
        properties: { originator: uuid, event: uuid, action: { enum: OUTWARD_ACTIONS }, recipient: uuid },
      },
    },
  },
} as const;

const content = {
  item: uuid,
  form: { enum: RELEASE_FORMS },
  statements: {
    type: 'array',
    maxItems: MAX_STATEMENTS,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['index'],
      properties: { index: { type: 'integer', minimum: 0, maximum: MAX_STATEMENTS - 1 }, value: prose },
    },
  },
  words: prose,
  recipients: {
    type: 'array',
    minItems: 1,
    maxItems: MAX_RECIPIENTS,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['organisation', 'via'],
      properties: { organisation: uuid, via: code },
    },
  },
  marking: envelopeSchema.properties.marking,
} as const;

const CONTENT = ['item', 'form', 'statements', 'recipients', 'marking'] as const;

function closed<Properties extends object>(required: readonly string[], properties: Properties) {
  return { type: 'object', additionalProperties: false, required, properties } as const;
}

export const releaseProposedSchema = closed(['release', ...CONTENT, 'rule', 'dueAt', 'decision'], {
  release: uuid,
  ...content,
  rule: { enum: RELEASE_RULES },
  dueAt: instant,
  decision,
});
export const releaseApprovedSchema = closed(['release', 'decision'], { release: uuid, decision, insteadOf: subject });
export const releaseRefusedSchema = closed(['release', 'reason'], { release: uuid, reason: said, insteadOf: subject });
export const releaseHeldSchema = closed(['release', 'reason', 'until'], {
  release: uuid,
  reason: said,
  until: instant,
});
export const releaseResumedSchema = closed(['release', 'override', 'reason'], {
  release: uuid,
  override: { type: 'boolean' },
  reason: said,
  insteadOf: subject,
});
export const overrideNotedSchema = closed(['release'], { release: uuid, insteadOf: subject });
export const releaseCarriedOutSchema = closed(['release', 'copy', 'decision'], {
  release: uuid,
  copy: uuid,
  decision,
});
export const releaseRuleSetSchema = closed(['organisation', 'rule'], {
  organisation: uuid,
  rule: { enum: RELEASE_RULES },
});
export const emergencyMadeSchema = closed(
  ['disclosure', ...CONTENT, 'copy', 'reason', 'reviewBy', 'decision', 'originators'],
  {
    disclosure: uuid,
    ...content,
    copy: uuid,
    reason: said,
    reviewBy: instant,
    decision,
    originators: { type: 'array', items: uuid },
  },
);
export const emergencyReviewedSchema = closed(['disclosure', 'outcome', 'reason'], {
  disclosure: uuid,
  outcome: { enum: REVIEW_OUTCOMES },
  reason: said,
  insteadOf: subject,
});
export const dutyDelegatedSchema = closed(['delegation', 'organisation', 'from', 'to', 'until'], {
  delegation: uuid,
  organisation: uuid,
  from: subject,
  to: subject,
  until: instant,
});
export const dutyRecalledSchema = closed(['delegation', 'reason'], { delegation: uuid, reason: said });
