import type { FeedChannel, FeedFilter, KnownEvent, RecallAnswer, SubscriptionEvent } from '#events';

/** What a subscription's events make of it. */
export interface KnownSubscription {
  status: 'active' | 'paused' | 'ended';
  subscription: string;
  organisation: string;
  name: string;
  /** Why it is paused or has ended. */
  reason?: string;
  filter: FeedFilter;
  channel: FeedChannel;
  /** Number of the newest key. */
  key: number;
  /** Until when the key before it signs too (ISO 8601, UTC). */
  keyOverlapUntil?: string;
  /** Whether the organisation has been told that this overlap ends. */
  keyEndingTold: boolean;
  /** What was answered to recalls, by their place in the sequence. */
  answers: ReadonlyMap<number, { answer: RecallAnswer; reason?: string }>;
  madeAt: string;
  /** Of the stream. */
  version: number;
  /** Version of the stream at its newest change: answers to recalls and what time tells are none. */
  changedAt: number;
}

export type SubscriptionState = { status: 'absent'; version: 0 } | KnownSubscription;

export const NO_SUBSCRIPTION: SubscriptionState = { status: 'absent', version: 0 };

type History = Pick<
  Extract<KnownEvent, { body: SubscriptionEvent }>,
  'body' | 'streamVersion' | 'recordedTime' | 'source'
>;

export function subscriptionStream(subscription: string): string {
  return `subscription-${subscription}`;
}

export function subscriptionFrom(events: readonly KnownEvent[]): SubscriptionState {
  return (events as readonly History[]).reduce(evolveSubscription, NO_SUBSCRIPTION);
}

export function evolveSubscription(state: SubscriptionState, event: History): SubscriptionState {
  const { body, streamVersion: version, recordedTime } = event;
  if (body.type === 'subscription.made')
    return {
      ...body.data,
      status: 'active',
      key: 1,
      keyEndingTold: false,
      answers: new Map(),
      madeAt: recordedTime,
      version,
      changedAt: version,
    };
  if (state.status === 'absent') return state;
  const { reason: _, ...rest } = state;
  const changed = { version, changedAt: version };
  switch (body.type) {
    case 'subscription.changed': {
      const { subscription: __, ...terms } = body.data;
      return { ...state, ...terms, ...changed };
    }
    case 'subscription.paused':
      return { ...state, ...changed, status: 'paused', reason: body.data.reason };
    case 'subscription.resumed':
      return { ...rest, ...changed, status: 'active' };
    case 'subscription.ended':
      return { ...state, ...changed, status: 'ended', reason: body.data.reason };
    case 'subscription.key-rotated':
      return {
        ...state,
        ...changed,
        key: body.data.key,
        keyOverlapUntil: body.data.overlapUntil,
        keyEndingTold: false,
      };
    case 'subscription.key-ending':
      return { ...state, version, keyEndingTold: true };
    case 'recall.answered': {
      const { sequence, answer, reason } = body.data;
      const said = { answer, ...(reason === undefined ? {} : { reason }) };
      return { ...state, version, answers: new Map(state.answers).set(sequence, said) };
    }
    default:
      return body satisfies never;
  }
}
