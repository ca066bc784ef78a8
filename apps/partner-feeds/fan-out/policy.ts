import { FEED, type Viewer } from '#access';
import type { FeedFilter, OrganisationKind } from '#events';

/**
 * Who gets what, as the log says it up to a position: organisations, agreements and subscriptions. Kept as JSON beside the
 * position that it belongs to, so that fan-out goes on where it stood without reading the log again.
 */
export interface Policy {
  organisations: Readonly<Record<string, PolicyOrganisation>>;
  agreements: Readonly<Record<string, PolicyAgreement>>;
  /** By subscription. */
  subscriptions: Readonly<Record<string, PolicySubscription>>;
  /** By stream: versions that a decision left without effect. */
  discarded: Readonly<Record<string, readonly number[]>>;
}

export interface PolicyOrganisation {
  kind: OrganisationKind;
  groups: readonly string[];
  departed?: true;
}

export interface PolicyAgreement {
  group: string;
  title: string;
  /** Milliseconds since 1970: the first at which it is in force, and the first at which it is not any more. */
  starts: number;
  ends?: number;
  parties: Readonly<Record<string, 'asked' | 'agreed' | 'left'>>;
  over?: true;
}

export interface PolicySubscription {
  /** Number of the subscriber: 1, 2, 3, ... in the order in which subscriptions were made. */
  subscriber: number;
  organisation: string;
  filter: FeedFilter;
  ended?: true;
}

export const NO_POLICY: Policy = { organisations: {}, agreements: {}, subscriptions: {}, discarded: {} };

/** Whether an organisation is a party of an agreement that is in force at a moment, in milliseconds since 1970. */
function gives({ parties, starts, ends, over }: PolicyAgreement, organisation: string, at: number): boolean {
  const dated = starts <= at && (ends === undefined || at < ends);
  return dated && over === undefined && parties[organisation] === 'agreed';
}

/**
 * Whom an organisation's feeds are decided for at a moment, or undefined where it gets nothing. No compartments: they belong to
 * people, and a feed is read by a machine.
 */
export function viewerOf(policy: Policy, organisation: string, at: number): Viewer | undefined {
  const known = policy.organisations[organisation];
  if (known === undefined || known.departed !== undefined) return undefined;
  const given = Object.values(policy.agreements).filter((agreement) => gives(agreement, organisation, at));
  return {
    organisation,
    kind: known.kind,
    subject: FEED,
    roles: ['feed-subscriber'],
    groups: [...new Set([...known.groups, ...given.map(({ group }) => group)])],
    compartments: [],
    asks: FEED,
  };
}

/** The first moment after another one at which a date gives or ends a right; Infinity where none is to come. */
export function nextDateAfter(policy: Policy, at: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { starts, ends } of Object.values(policy.agreements))
    for (const date of [starts, ends ?? Number.POSITIVE_INFINITY]) if (date > at && date < next) next = date;
  return next;
}

/** Subscriptions of some organisations, in the order of their numbers. */
export function subscriptionsOf(policy: Policy, organisations: readonly string[]): PolicySubscription[] {
  return Object.values(policy.subscriptions)
    .filter(({ organisation }) => organisations.includes(organisation))
    .sort((a, b) => a.subscriber - b.subscriber);
}
