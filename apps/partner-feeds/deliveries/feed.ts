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
  upTo?: number;
  /** Only slots that have not ended, and notices that still ask for an answer: a snapshot. */
  liveOnly?: boolean;
}

/** One feed as its readers see it, whoever keeps it: a subscription's, or the test collection. */
export interface Feed {
  /** Names it in streams and answers: id of the subscription, or `test`. */
  readonly name: string;
  head(): Promise<Head>;
  /** In order of sequence; a slot that may not be delivered now is there as withheld. */
  read(range: ReadRange): Promise<Delivery[]>;
  /** Sequence at which a cursor stands. @throws Problem `feed.cursor-*` */
  placeOf(cursor: string): Promise<number>;
  cursorOf(delivery: { sequence: number; delivery: string }): string;
  /** Hex digest over all deliveries up to a sequence. */
  digestAt(sequence: number): Promise<string>;
}
