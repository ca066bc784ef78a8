import { THEMES, type Theme } from './case-terms.js';
import { closed, organisationRow as row } from './closed-schema.js';
import { instant, said, uuid } from './permission-schemas.js';

/**
 * A subscription is one feed of one organisation: its filter, the way it is delivered, its keys, and the answers to recalls.
 * What the feed holds never stands here: it follows from the log.
 */
export const FEED_CHANNELS = ['pull', 'webhook'] as const;
export const WEBHOOK_PAYLOADS = ['thin', 'full'] as const;

/** What a feed is limited to. A list that is absent limits nothing; an event that has no such thing does not pass a list. */
export interface FeedFilter {
  /** Types of events, of those that partners get. */
  types?: string[];
  themes?: Theme[];
  /** Names of platforms, as canonical identifiers bear them (`youtube`). */
  platforms?: string[];
  /** Countries (ISO 3166, two letters). */
  territories?: string[];
  /** Assessed networks (UUIDs), by the memberships that the subscriber may see. */
  networks?: string[];
  /** Whether it also holds what the organisation said itself. */
  own?: boolean;
}

/** `pull` is read by SSE, by pages or by TAXII; a webhook is pushed to, and may be read as well. */
export type FeedChannel =
  | { kind: 'pull' }
  | {
      kind: 'webhook';
      url: string;
      /** `thin` names the delivery, which is then fetched; `full` carries it. */
      payload: (typeof WEBHOOK_PAYLOADS)[number];
    };

export interface SubscriptionMade {
  subscription: string;
  organisation: string;
  name: string;
  filter: FeedFilter;
  channel: FeedChannel;
}

export interface SubscriptionChanged {
  subscription: string;
  name?: string;
  filter?: FeedFilter;
  channel?: FeedChannel;
}

/** Nothing is delivered until it is resumed; its sequence goes on. */
export interface SubscriptionPaused {
  subscription: string;
  reason: string;
}

export interface SubscriptionResumed {
  subscription: string;
}

/** No rights any more; recalls of what it holds can still be answered. */
export interface SubscriptionEnded {
  subscription: string;
  reason: string;
}

/** Webhooks are signed with this key too from now on, and with it alone after `overlapUntil` (ISO 8601, UTC). */
export interface KeyRotated {
  subscription: string;
  /** Number of the key: 1 is the first. */
  key: number;
  overlapUntil: string;
}

/** The overlap of two keys is about to end. */
export interface KeyEnding {
  subscription: string;
  key: number;
  overlapUntil: string;
}

export const RECALL_ANSWERS = ['applied', 'refused', 'not-held'] as const;
export type RecallAnswer = (typeof RECALL_ANSWERS)[number];

/** What a recipient did about a recall (R12, R26). */
export interface RecallAnswered {
  subscription: string;
  /** Place of the notice in the subscriber's sequence. */
  sequence: number;
  answer: RecallAnswer;
  reason?: string;
}

export type SubscriptionEvent =
  | { type: 'subscription.made'; version: 1; data: SubscriptionMade }
  | { type: 'subscription.changed'; version: 1; data: SubscriptionChanged }
  | { type: 'subscription.paused'; version: 1; data: SubscriptionPaused }
  | { type: 'subscription.resumed'; version: 1; data: SubscriptionResumed }
  | { type: 'subscription.ended'; version: 1; data: SubscriptionEnded }
  | { type: 'subscription.key-rotated'; version: 1; data: KeyRotated }
  | { type: 'subscription.key-ending'; version: 1; data: KeyEnding }
  | { type: 'recall.answered'; version: 1; data: RecallAnswered };

/** Most entries in one list of a filter. */
export const MAX_FILTERED = 100;
export const MAX_WEBHOOK_URL = 2_000;

const codes = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 100 },
  uniqueItems: true,
  minItems: 1,
  maxItems: MAX_FILTERED,
} as const;
const name = { type: 'string', minLength: 1, maxLength: 200 } as const;
const number = { type: 'integer', minimum: 1 } as const;

const filter = closed(
  {
    types: codes,
    themes: { ...codes, items: { enum: THEMES } },
    platforms: codes,
    territories: { ...codes, items: { type: 'string', pattern: '^[A-Z]{2}$' } },
    networks: { ...codes, items: uuid },
    own: { type: 'boolean' },
  },
  [],
);
const channel = {
  oneOf: [
    closed({ kind: { const: 'pull' } }, ['kind']),
    closed(
      {
        kind: { const: 'webhook' },
        url: { type: 'string', minLength: 1, maxLength: MAX_WEBHOOK_URL },
        payload: { enum: WEBHOOK_PAYLOADS },
      },
      ['kind', 'url', 'payload'],
    ),
  ],
} as const;

const subscription = uuid;
const ended = row(closed({ subscription, reason: said }, ['subscription', 'reason']));
const key = row(closed({ subscription, key: number, overlapUntil: instant }, ['subscription', 'key', 'overlapUntil']));

/** Rows of the catalogue for subscriptions. */
export const SUBSCRIPTION_CATALOGUE = {
  'subscription.made': row(
    closed({ subscription, organisation: uuid, name, filter, channel }, [
      ...['subscription', 'organisation', 'name', 'filter', 'channel'],
    ]),
  ),
  'subscription.changed': row(closed({ subscription, name, filter, channel }, ['subscription'])),
  'subscription.paused': ended,
  'subscription.resumed': row(closed({ subscription }, ['subscription'])),
  'subscription.ended': ended,
  'subscription.key-rotated': key,
  'subscription.key-ending': key,
  'recall.answered': row(
    closed({ subscription, sequence: number, answer: { enum: RECALL_ANSWERS }, reason: said }, [
      ...['subscription', 'sequence', 'answer'],
    ]),
  ),
} as const;
