import type { PartnerEvent } from '../payload/partner-event.js';

export const NOTICES = ['recall', 'regraded', 'corrected', 'epoch', 'key-ends', 'agreement-ends'] as const;
export type NoticeKind = (typeof NOTICES)[number];
export type NoticeState = 'pending' | 'applied' | 'refused' | 'not-held' | 'overdue';

/** Something that a subscriber has to know about its feed, or to do about what it holds. */
export interface FeedNotice {
  notice: NoticeKind;
  /** Stable code, or the words of whoever decided. */
  reason: string;
  /** Deliveries that it is about: only such as have gone to this subscriber. */
  deliveries: string[];
  /** Until when an answer is expected (ISO 8601, UTC); absent where none is. */
  answerBy?: string;
  state?: NoticeState;
  details?: Readonly<Record<string, unknown>>;
}

/** Where a delivery stands in its feed. */
export interface Place {
  /** 1, 2, 3, ... in each feed, without a gap. */
  sequence: number;
  delivery: string;
  /** To go on behind it. */
  cursor: string;
  /** When it was added to the feed, in microseconds since 1970: unique in the feed and growing. */
  added: number;
}

export type Delivery = Place &
  (
    | {
        kind: 'event';
        event: PartnerEvent;
        /** It has been delivered to this subscriber before, on whatever channel. */
        held?: true;
      }
    | { kind: 'notice'; notice: FeedNotice }
    /** It was releasable when it got its place, and is not now. */
    | { withheld: true }
  );

/** A delivery as subscribers get it by pages and streams. */
export function onTheWire({ added: _, ...delivery }: Delivery): object {
  return delivery;
}
