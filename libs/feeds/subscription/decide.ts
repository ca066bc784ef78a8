import { isDeepStrictEqual } from 'node:util';
import { bodyOf, Refusal, refusedFor, type FeedChannel, type FeedFilter, type SubscriptionEvent } from '#events';
import { filterFaults } from './filter-faults.js';
import type { KnownSubscription, SubscriptionState } from './state.js';

/** The rules of subscriptions. Pure; ids and times come in. What is asked for and is so already makes no event. */
export type SubscriptionCommand =
  | {
      type: 'make';
      subscription: string;
      organisation: string;
      name: string;
      filter: FeedFilter;
      channel: FeedChannel;
      /** Subscriptions that the organisation has and that have not ended. */
      others: number;
    }
  | { type: 'change'; name?: string; filter?: FeedFilter; channel?: FeedChannel }
  | { type: 'pause'; reason: string }
  | { type: 'resume' }
  | { type: 'end'; reason: string }
  | { type: 'rotate-key'; now: Date; overlapHours: number };

/** Most subscriptions of one organisation at a time: each event is decided for each of them. */
export const MAX_SUBSCRIPTIONS = 100;
/** Longest time, in hours, that two keys of a webhook sign together. */
export const MAX_KEY_OVERLAP_HOURS = 2_160;
const HOUR_MS = 3_600_000;

/** @throws {@link Refusal} */
export function decideSubscription(
  state: SubscriptionState,
  command: SubscriptionCommand,
): SubscriptionEvent | undefined {
  if (command.type === 'make') return make(command);
  if (state.status === 'absent') throw unknownSubscription();
  if (command.type === 'end')
    return state.status === 'ended' ? undefined : reasoned('subscription.ended', state, command.reason);
  if (state.status === 'ended')
    throw new Refusal('RuleRefused', 'subscription.ended', 'This subscription has ended; make a new one.');
  switch (command.type) {
    case 'change':
      return change(state, command);
    case 'pause':
      return state.status === 'paused' && state.reason === command.reason
        ? undefined
        : reasoned('subscription.paused', state, command.reason);
    case 'resume':
      return resume(state);
    case 'rotate-key':
      return rotate(state, command);
    default:
      return command satisfies never;
  }
}

/** One that belongs to somebody else answers like none at all. */
export function unknownSubscription(): Refusal {
  return new Refusal('NotFound', 'subscription.unknown', 'There is no such subscription.');
}

function make({ type: _, others, ...made }: Extract<SubscriptionCommand, { type: 'make' }>): SubscriptionEvent {
  refuseFilter('The subscription cannot be made', made.filter);
  if (others >= MAX_SUBSCRIPTIONS)
    throw new Refusal(
      'RuleRefused',
      'subscription.too-many',
      `Your organisation has ${others} subscriptions; end one of them first.`,
    );
  return bodyOf('subscription.made', made) as SubscriptionEvent;
}

/** Only what differs is said. */
function change(
  state: KnownSubscription,
  { type: _, ...asked }: Extract<SubscriptionCommand, { type: 'change' }>,
): SubscriptionEvent | undefined {
  if (asked.filter !== undefined) refuseFilter('The subscription cannot be changed', asked.filter);
  const { subscription } = state;
  const differing = Object.entries(asked).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, state[name as keyof KnownSubscription]),
  );
  if (differing.length === 0) return undefined;
  return bodyOf('subscription.changed', { subscription, ...Object.fromEntries(differing) }) as SubscriptionEvent;
}

function refuseFilter(what: string, filter: FeedFilter): void {
  const [first, ...others] = filterFaults(filter, '/filter');
  if (first !== undefined) throw refusedFor(what, [first, ...others]);
}

function reasoned(
  type: 'subscription.paused' | 'subscription.ended',
  { subscription }: KnownSubscription,
  reason: string,
): SubscriptionEvent {
  return bodyOf(type, { subscription, reason }) as SubscriptionEvent;
}

/** A webhook that was given up after failures is paused without an event, so resuming an active one says: try again now. */
function resume({ status, subscription, channel }: KnownSubscription): SubscriptionEvent | undefined {
  if (status === 'active' && channel.kind !== 'webhook') return undefined;
  return bodyOf('subscription.resumed', { subscription }) as SubscriptionEvent;
}

/** At most two keys sign at a time: a third ends the first at once, since a key that leaked must not have to be waited for. */
function rotate(
  { subscription, channel, key }: KnownSubscription,
  { now, overlapHours }: Extract<SubscriptionCommand, { type: 'rotate-key' }>,
): SubscriptionEvent {
  if (channel.kind !== 'webhook')
    throw new Refusal(
      'RuleRefused',
      'subscription.no-key',
      'Only a webhook is signed; this subscription is read by its subscriber.',
    );
  const end = new Date(now.getTime() + overlapHours * HOUR_MS);
  const overlapUntil = `${end.toISOString().slice(0, 19)}Z`;
  return bodyOf('subscription.key-rotated', { subscription, key: key + 1, overlapUntil }) as SubscriptionEvent;
}
