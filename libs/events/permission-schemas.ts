import { MAX_TEXT } from './assertion-schemas.js';
import { OUTWARD_ACTIONS } from './permission-events.js';

export const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } as const;
export const instant = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$',
} as const;
export const said = { type: 'string', minLength: 1, maxLength: 2000 } as const;
export const subject = { type: 'string', minLength: 1, maxLength: 255 } as const;
export const code = { type: 'string', minLength: 1, maxLength: 200 } as const;
export const prose = { type: 'string', minLength: 1, maxLength: MAX_TEXT } as const;
/** Most events that one permission can be asked for. */
export const MAX_ASKED_FOR = 100;

export const permissionRequestedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['permission', 'of', 'originator', 'action', 'recipient', 'terms', 'dueAt'],
  properties: {
    permission: uuid,
    of: { type: 'array', minItems: 1, maxItems: MAX_ASKED_FOR, uniqueItems: true, items: uuid },
    originator: uuid,
    action: { enum: OUTWARD_ACTIONS },
    recipient: uuid,
    terms: said,
    dueAt: instant,
  },
} as const;

export const permissionGrantedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['permission', 'terms', 'under'],
  properties: {
    permission: uuid,
    terms: said,
    until: instant,
    under: { type: 'array', minItems: 1, maxItems: MAX_ASKED_FOR, items: { type: 'integer', minimum: 0 } },
    insteadOf: subject,
  },
} as const;

export const permissionEndedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['permission', 'reason'],
  properties: { permission: uuid, reason: said, insteadOf: subject },
} as const;

export const permissionHeldSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['permission', 'reason', 'until'],
  properties: { permission: uuid, reason: said, until: instant, insteadOf: subject },
} as const;
