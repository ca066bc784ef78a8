import type { Actor, OrganisationKind, Role } from '#events';

/** Who asks: a member of an organisation as the log knows them now. Made by the Directory only, never from a header or a body. */
export interface Viewer {
  /** Organisation id (UUID). */
  organisation: string;
  kind: OrganisationKind;
  /** Stable subject id of the token's issuer, never an e-mail address. */
  subject: string;
  roles: readonly Role[];
  /** Named groups of organisations that the organisation belongs to, those of its agreements in force among them. */
  groups: readonly string[];
  /** Agreements in force to which it is a party; absent without any. They give their groups, and a decision its ground. */
  agreements?: readonly AgreementInForce[];
  compartments: readonly string[];
  /** Set where the organisation has departed; such a caller comes only where `EvenDeparted` stands. */
  departed?: true;
  /** Purpose of this request, where one was given: code of an operation or reason. */
  asks?: string;
}

/** A member as the actor of an event, in the role in which they act. */
export function actorOf({ organisation, subject }: Viewer, role: string): Actor {
  return { organisation, user: subject, role };
}

/** An agreement that is in force, and the group that it makes of its parties. */
export interface AgreementInForce {
  group: string;
  agreement: string;
}

/** The right to see in one text: viewers with equal rights have equal ones, so that what is worked out once serves them all. */
export function rightsOf(viewer: Viewer): string {
  return JSON.stringify([
    viewer.organisation,
    viewer.kind,
    [...viewer.groups].sort(),
    [...viewer.compartments].sort(),
    [...(viewer.agreements ?? [])].map(({ group, agreement }) => `${group} ${agreement}`).sort(),
    // Only purposes that the policy knows change a right; others would fill the cache with equal entries.
    POLICY_PURPOSES.includes(viewer.asks ?? '') ? viewer.asks : null,
  ]);
}

/** A machine-read feed: RED never goes there (R9). */
export const FEED = 'feed';
/** A bundle for judicial proceedings: H1 does not go there without the provider's permission (R6). */
export const PROSECUTION = 'prosecution';
const POLICY_PURPOSES: readonly string[] = [FEED, PROSECUTION];
