import type { Asked, ReadRange } from './asked.js';
import type { Delivery } from './delivery.js';

/** How far a feed has come. */
export interface Head {
  sequence: number;
  cursor: string;
}

/** One feed as its readers see it, whoever keeps it: a subscription's, or the test collection. */
export interface Feed {
  /** Id of the subscription, or `test`. */
  readonly name: string;
  /** Number of its subscriber, by which it is known whether there is more; the test collection has none and never grows. */
  readonly subscriber?: number;
  /** How it is read together with other feeds; the test collection is not. */
  asking?(range: ReadRange): Asked;
  head(): Promise<Head>;
  /** In order of sequence, at most `limit`; a slot that may not be delivered now is there as withheld. @throws Problem `subscription.paused` */
  read(range: ReadRange): Promise<Delivery[]>;
  /** Sequence at which a cursor stands. @throws Problem `feed.cursor-*` */
  placeOf(cursor: string): Promise<number>;
  cursorAt(sequence: number): Promise<string>;
  /** Hex digest over all deliveries up to a sequence. @throws Problem `feed.cursor-ahead` */
  digestAt(sequence: number): Promise<string>;
}
