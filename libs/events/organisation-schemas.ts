import { ORGANISATION_KINDS, ROLES } from './organisation-events.js';

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const organisation = { type: 'string', pattern: UUID } as const;
const issuer = { type: 'string', minLength: 1, maxLength: 500 } as const;
const subject = { type: 'string', minLength: 1, maxLength: 255 } as const;
const codes = {
  type: 'array',
  uniqueItems: true,
  maxItems: 100,
  items: { type: 'string', minLength: 1, maxLength: 100 },
} as const;

export const organisationRegisteredSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['organisation', 'name', 'kind', 'groups'],
  properties: {
    organisation,
    name: { type: 'string', minLength: 1, maxLength: 200 },
    kind: { enum: ORGANISATION_KINDS },
    groups: codes,
    platforms: { ...codes, minItems: 1 },
  },
} as const;

export const organisationRegroupedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['organisation', 'groups'],
  properties: { organisation, groups: codes },
} as const;

export const organisationDepartedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['organisation', 'reason'],
  properties: { organisation, reason: { type: 'string', minLength: 1, maxLength: 2000 } },
} as const;

export const organisationReadmittedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['organisation'],
  properties: { organisation },
} as const;

export const memberAdmittedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['organisation', 'issuer', 'subject', 'roles', 'compartments'],
  properties: {
    organisation,
    issuer,
    subject,
    roles: { type: 'array', uniqueItems: true, minItems: 1, items: { enum: ROLES } },
    compartments: codes,
  },
} as const;

export const memberRemovedSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['organisation', 'issuer', 'subject', 'reason'],
  properties: { organisation, issuer, subject, reason: { type: 'string', minLength: 1, maxLength: 2000 } },
} as const;
