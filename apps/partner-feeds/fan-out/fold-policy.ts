import type { AgreementMade, BreakwaterEvent, RecallAnswer } from '#events';
import { subscriptionsOf, type Policy, type PolicyAgreement } from './policy.js';

/** What a change of the policy asks of fan-out, beside the policy itself. */
export interface Change {
  policy: Policy;
  /** Number of a subscriber that has just been made. */
  made?: { subscriber: number; subscription: string; organisation: string };
  /** Subscribers whose rights or filter have changed: what they hold, or what they have missed, is looked through again. */
  reconsider?: Reconsidering & { subscribers: number[] };
  /** Notices that name nothing that was delivered. */
  notices?: { subscriber: number; kind: 'key-ends' | 'agreement-ends'; details: object }[];
  answered?: { subscriber: number; sequence: number; answer: RecallAnswer };
}

/** Why rights have changed, and in which direction. */
interface Reconsidering {
  lost: boolean;
  gained: boolean;
  /** Stable code; what is recalled bears it. */
  reason: string;
}

/** Types of events that {@link foldPolicy} folds. */
const FOLDED: readonly BreakwaterEvent['type'][] = [
  'organisation.registered',
  'organisation.regrouped',
  'organisation.departed',
  'organisation.readmitted',
  'agreement.made',
  'agreement.party-joined',
  'agreement.party-left',
  'agreement.ended',
  'agreement.began',
  'agreement.ending',
  'agreement.lapsed',
  'subscription.made',
  'subscription.changed',
  'subscription.ended',
  'subscription.key-ending',
  'recall.answered',
];

export function isOfPolicy(type: string): boolean {
  return (FOLDED as readonly string[]).includes(type);
}

/** The policy after an event. Pure. `source` is the organisation that said it. */
export function foldPolicy(policy: Policy, body: BreakwaterEvent, source: string): Change {
  switch (body.type) {
    case 'organisation.registered': {
      const { organisation, kind, groups } = body.data;
      return withOrganisation(policy, organisation, { kind, groups });
    }
    case 'organisation.regrouped': {
      const { organisation, groups } = body.data;
      const known = policy.organisations[organisation];
      if (known === undefined) return { policy };
      const change = withOrganisation(policy, organisation, { ...known, groups });
      return reconsidering(change, [organisation], { lost: true, gained: true, reason: 'regrouped' });
    }
    case 'organisation.departed':
    case 'organisation.readmitted': {
      const { organisation } = body.data;
      const known = policy.organisations[organisation];
      if (known === undefined) return { policy };
      const { departed: _, ...present } = known;
      const leaves = body.type === 'organisation.departed';
      const change = withOrganisation(policy, organisation, leaves ? { ...present, departed: true } : present);
      return reconsidering(change, [organisation], { lost: leaves, gained: !leaves, reason: 'departed' });
    }
    case 'agreement.made':
      return madeAgreement(policy, body.data, source);
    case 'agreement.party-joined':
      return withParty(policy, body.data, 'agreed');
    case 'agreement.party-left':
      return withParty(policy, body.data, 'left');
    case 'agreement.ended': {
      const agreement = policy.agreements[body.data.agreement];
      if (agreement === undefined) return { policy };
      const change = withAgreement(policy, body.data.agreement, { ...agreement, over: true });
      return reconsidering(change, agreedIn(agreement), OVER);
    }
    // Nothing changes but the time: what dates gave since the last event, or ended, is now looked through.
    case 'agreement.began':
    case 'agreement.lapsed': {
      const agreement = policy.agreements[body.data.agreement];
      if (agreement === undefined) return { policy };
      const gained = body.type === 'agreement.began';
      return reconsidering({ policy }, agreedIn(agreement), { ...OVER, gained });
    }
    case 'agreement.ending':
      return { policy, notices: noticesOfEnding(policy, body.data.agreement) };
    case 'subscription.made': {
      const { subscription, organisation, filter } = body.data;
      if (policy.subscriptions[subscription] !== undefined) return { policy };
      const subscriber = Object.keys(policy.subscriptions).length + 1;
      const made = { subscriber, organisation, filter };
      return {
        policy: { ...policy, subscriptions: { ...policy.subscriptions, [subscription]: made } },
        made: { subscriber, subscription, organisation },
        reconsider: { subscribers: [subscriber], lost: false, gained: true, reason: 'made' },
      };
    }
    case 'subscription.changed': {
      const { subscription, filter } = body.data;
      const known = policy.subscriptions[subscription];
      if (known === undefined || filter === undefined) return { policy };
      return {
        policy: { ...policy, subscriptions: { ...policy.subscriptions, [subscription]: { ...known, filter } } },
        reconsider: { subscribers: [known.subscriber], lost: false, gained: true, reason: 'changed' },
      };
    }
    // It gets nothing more; what it holds can still be recalled.
    case 'subscription.ended': {
      const known = policy.subscriptions[body.data.subscription];
      if (known === undefined) return { policy };
      const ended = { ...known, ended: true as const };
      return { policy: { ...policy, subscriptions: { ...policy.subscriptions, [body.data.subscription]: ended } } };
    }
    case 'subscription.key-ending': {
      const { subscription, key, overlapUntil } = body.data;
      const known = policy.subscriptions[subscription];
      if (known === undefined || known.ended !== undefined) return { policy };
      return {
        policy,
        notices: [{ subscriber: known.subscriber, kind: 'key-ends', details: { key, overlapUntil } }],
      };
    }
    case 'recall.answered': {
      const { subscription, sequence, answer } = body.data;
      const known = policy.subscriptions[subscription];
      return known === undefined
        ? { policy }
        : { policy, answered: { subscriber: known.subscriber, sequence, answer } };
    }
    default:
      return { policy };
  }
}

function withOrganisation(policy: Policy, id: string, organisation: Policy['organisations'][string]): Change {
  return { policy: { ...policy, organisations: { ...policy.organisations, [id]: organisation } } };
}

function withAgreement(policy: Policy, id: string, agreement: PolicyAgreement): Change {
  return { policy: { ...policy, agreements: { ...policy.agreements, [id]: agreement } } };
}

function madeAgreement(policy: Policy, data: AgreementMade, source: string): Change {
  const { agreement, group, title, parties, from, until } = data;
  const starts = Date.parse(from.length === DAY_FORM ? `${from}T00:00:00Z` : from);
  const made: PolicyAgreement = {
    group,
    title,
    starts,
    ...(until === undefined ? {} : { ends: endOf(until) }),
    parties: Object.fromEntries(parties.map((party) => [party, party === source ? 'agreed' : 'asked'])),
  };
  const change = withAgreement(policy, agreement, made);
  return reconsidering(change, agreedIn(made), AGREED);
}

const OVER = { lost: true, gained: false, reason: 'agreement-over' };
const AGREED = { lost: false, gained: true, reason: 'agreed' };
const DAY_FORM = 'YYYY-MM-DD'.length;
const DAY_MS = 86_400_000;

/** First moment after a day; a moment is itself the first at which it is over. */
function endOf(until: string): number {
  return until.length === DAY_FORM ? Date.parse(`${until}T00:00:00Z`) + DAY_MS : Date.parse(until);
}

function withParty(
  policy: Policy,
  { agreement: id, organisation }: { agreement: string; organisation: string },
  state: 'agreed' | 'left',
): Change {
  const agreement = policy.agreements[id];
  if (agreement === undefined) return { policy };
  const parties = { ...agreement.parties, [organisation]: state };
  const change = withAgreement(policy, id, { ...agreement, parties });
  return reconsidering(change, [organisation], state === 'left' ? OVER : AGREED);
}

function agreedIn({ parties }: PolicyAgreement): string[] {
  return Object.keys(parties).filter((party) => parties[party] === 'agreed');
}

function reconsidering(change: Change, organisations: readonly string[], how: Reconsidering): Change {
  const subscribers = subscriptionsOf(change.policy, organisations).map(({ subscriber }) => subscriber);
  return subscribers.length === 0 ? change : { ...change, reconsider: { subscribers, ...how } };
}

function noticesOfEnding(policy: Policy, id: string): NonNullable<Change['notices']> {
  const agreement = policy.agreements[id];
  if (agreement?.ends === undefined || agreement.over !== undefined) return [];
  const { group, title, ends } = agreement;
  const details = { agreement: id, group, title, ends: new Date(ends).toISOString() };
  return subscriptionsOf(policy, agreedIn(agreement))
    .filter(({ ended }) => ended === undefined)
    .map(({ subscriber }) => ({ subscriber, kind: 'agreement-ends', details }));
}
