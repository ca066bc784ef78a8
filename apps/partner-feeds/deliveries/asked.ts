import type { Delivery } from './delivery.js';
import type { Recipient } from './ledger.js';

/** Whose feed is read, and by whom. */
export interface Subscriber extends Recipient {
  /** Id of the subscription (UUID), which is also that of its TAXII collection. */
  subscription: string;
}

/** Ways that a delivery takes. */
export type Channel = 'pull' | 'sse' | 'webhook' | 'taxii';

export interface ReadRange {
  /** Deliveries behind this sequence. */
  after: number;
  limit: number;
  upTo?: number | undefined;
  /** `live`: slots that have not ended, and notices that still ask for an answer. `notices`: what is told of the feed itself. */
  only?: 'live' | 'notices' | undefined;
  /** Only the slots of these sequences. */
  sequences?: readonly number[] | undefined;
}

/** What one reader asks of one feed. */
export interface Asked extends ReadRange {
  subscriber: Subscriber;
  channel: Channel;
}

/** What it gets where several ask together. `busy`: something is being taken back from it just now; ask again, alone. */
export type Answer = { deliveries: Delivery[] } | { refused: Error } | { busy: true };
