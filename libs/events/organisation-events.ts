/** Organisations, and the people and machines that act for them. Users are bound to a stable subject id, never to an e-mail. */

export const ORGANISATION_KINDS = ['agency', 'platform', 'unit'] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

export const ROLES = [
  'analyst',
  'referrer',
  'authoriser',
  'platform-moderator',
  'feed-subscriber',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

export interface OrganisationRegistered {
  organisation: string;
  name: string;
  kind: OrganisationKind;
  /** Named groups of organisations that it belongs to, as used in `releasableTo`. */
  groups: string[];
  /**
   * For a platform: names of the platforms that it answers for, as canonical identifiers bear them (`youtube`, `lumen`, or the
   * host of a site). Absent: it may be asked about any.
   */
  platforms?: string[];
}

/** The organisation belongs to these groups from now on, and to no others. */
export interface OrganisationRegrouped {
  organisation: string;
  groups: string[];
}

/** It takes no part any more: its members are refused everywhere but where recalls are read and answered, and its feeds end. */
export interface OrganisationDeparted {
  organisation: string;
  reason: string;
}

export interface OrganisationReadmitted {
  organisation: string;
}

export interface MemberAdmitted {
  organisation: string;
  /** Issuer and subject of the member's access tokens. */
  issuer: string;
  subject: string;
  roles: Role[];
  compartments: string[];
}

export interface MemberRemoved {
  organisation: string;
  issuer: string;
  subject: string;
  reason: string;
}

export type OrganisationEvent =
  | { type: 'organisation.registered'; version: 1; data: OrganisationRegistered }
  | { type: 'organisation.regrouped'; version: 1; data: OrganisationRegrouped }
  | { type: 'organisation.departed'; version: 1; data: OrganisationDeparted }
  | { type: 'organisation.readmitted'; version: 1; data: OrganisationReadmitted }
  | { type: 'member.admitted'; version: 1; data: MemberAdmitted }
  | { type: 'member.removed'; version: 1; data: MemberRemoved };
