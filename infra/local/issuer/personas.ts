/**
 * Who is there in the local stack. Organisations and people are invented; ids are fixed, so that a demonstration reads the
 * same every day. Each persona is one member of one organisation and gets its tokens by client credentials.
 */
export interface PersonaOrganisation {
  organisation: string;
  name: string;
  kind: 'agency' | 'platform' | 'unit';
  groups: string[];
  /** Platforms that it answers for. */
  platforms?: readonly string[];
}

export type PersonaRole =
  'analyst' | 'referrer' | 'authoriser' | 'platform-moderator' | 'feed-subscriber' | 'auditor' | 'administrator';

export interface Persona {
  /** Name of the persona and client id; also the subject of its tokens. */
  name: string;
  organisation: OrganisationKey;
  roles: PersonaRole[];
  compartments: string[];
}

/** Agencies that work together; what is released to the group is released to each of them. */
const TASK_FORCE = 'crossing-task-force';

export const ORGANISATIONS = {
  /** Runs the installation: registers organisations and sees no more intelligence than anybody else. */
  operations: {
    organisation: '0c9e5b1e-0a01-4d10-8a53-00000000a001',
    name: 'Breakwater Operations',
    kind: 'unit',
    groups: ['operators'],
  },
  coastal: {
    organisation: '5b0c77a2-0a02-4c21-9b64-00000000a002',
    name: 'Coastal Agency',
    kind: 'agency',
    groups: [TASK_FORCE],
  },
  border: {
    organisation: '7e41d8c3-0a03-4e32-8c75-00000000a003',
    name: 'Border Unit',
    kind: 'unit',
    groups: [TASK_FORCE],
  },
  partner: {
    organisation: '913fa6d4-0a04-4f43-9d86-00000000a004',
    name: 'Partner Agency',
    kind: 'agency',
    groups: [],
  },
  lumen: {
    organisation: 'a86d90e5-0a05-4054-8e97-00000000a005',
    name: 'Lumen Video',
    kind: 'platform',
    groups: [],
    platforms: ['lumen', 'youtube', 'tiktok'],
  },
  chatter: {
    organisation: 'bd2c31f6-0a06-4165-9fa8-00000000a006',
    name: 'Chatterbox',
    kind: 'platform',
    groups: [],
    platforms: ['chatterbox', 'facebook', 'instagram', 'x', 'telegram', 'whatsapp'],
  },
} as const satisfies Record<string, { readonly [Field in keyof PersonaOrganisation]: unknown }>;

export type OrganisationKey = keyof typeof ORGANISATIONS;

const AGENCY_ROLES = ['analyst', 'referrer', 'authoriser', 'auditor', 'administrator'] as const;

function agencyStaff(organisation: OrganisationKey): Persona[] {
  return AGENCY_ROLES.map((role) => ({
    name: `${organisation}-${role}`,
    organisation,
    roles: [role],
    compartments: [],
  }));
}

/** `coastal-analyst`, `border-auditor`, `lumen-moderator`, ... */
export const PERSONAS: readonly Persona[] = [
  { name: 'operations-administrator', organisation: 'operations', roles: ['administrator'], compartments: [] },
  { name: 'operations-auditor', organisation: 'operations', roles: ['auditor'], compartments: [] },
  ...agencyStaff('coastal'),
  ...agencyStaff('border'),
  ...agencyStaff('partner'),
  /** A second pair of eyes: another authoriser reviews what the first has disclosed, and approves what the first proposed. */
  { name: 'coastal-deputy', organisation: 'coastal', roles: ['authoriser'], compartments: [] },
  /** One of the few who know of operation Saltmarsh. */
  { name: 'coastal-saltmarsh', organisation: 'coastal', roles: ['analyst'], compartments: ['saltmarsh'] },
  /** The machine that brings in records of other systems. */
  { name: 'coastal-importer', organisation: 'coastal', roles: ['analyst'], compartments: [] },
  { name: 'partner-feed', organisation: 'partner', roles: ['feed-subscriber'], compartments: [] },
  { name: 'lumen-moderator', organisation: 'lumen', roles: ['platform-moderator'], compartments: [] },
  { name: 'lumen-administrator', organisation: 'lumen', roles: ['administrator'], compartments: [] },
  { name: 'chatter-moderator', organisation: 'chatter', roles: ['platform-moderator'], compartments: [] },
];

export function personaNamed(name: string): Persona {
  const persona = PERSONAS.find((each) => each.name === name);
  if (persona === undefined)
    throw new Error(`There is no persona "${name}". There are: ${PERSONAS.map((each) => each.name).join(', ')}.`);
  return persona;
}
