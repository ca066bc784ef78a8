import type { Delivery } from './delivery.js';

/** How far a feed has come. */
export interface Head {
  sequence: number;
  cursor: string;
}

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

/** One feed as its readers see it, whoever keeps it: a subscription's, or the test collection. */
export interface Feed {
  /** Id of the subscription, or `test`. */
  readonly name: string;
  /** Number of its subscriber, by which it is known whether there is more; the test collection has none and never grows. */
  readonly subscriber?: number;
  head(): Promise<Head>;
  /** In order of sequence, at most `limit`; a slot that may not be delivered now is there as withheld. @throws Problem `subscription.paused` */
  read(range: ReadRange): Promise<Delivery[]>;
  /** Sequence at which a cursor stands. @throws Problem `feed.cursor-*` */
  placeOf(cursor: string): Promise<number>;
  cursorAt(sequence: number): Promise<string>;
  /** Hex digest over all deliveries up to a sequence. @throws Problem `feed.cursor-ahead` */
  digestAt(sequence: number): Promise<string>;
}
