import type { FeedNotice } from '../deliveries/delivery.js';
import { FIRST_DIGEST, nextDigest } from '../deliveries/delivery-id.js';
import type { PartnerEvent } from '../payload/partner-event.js';
import { FollowFailed } from './follow-failed.js';

interface At {
  sequence: number;
  delivery: string;
  cursor: string;
}
export type ReceivedEvent = At & { kind: 'event'; event: PartnerEvent };
export type ReceivedNotice = At & { kind: 'notice'; notice: FeedNotice };
/** A delivery as it comes over the wire. */
export type Received = ReceivedEvent | ReceivedNotice | (At & { withheld: true });

/** What is held of one event: which it is, and which record it belongs to. */
export interface HeldEvent {
  event: string;
  record: string;
}

/** Everything that has to be kept to go on. Plain JSON. */
export interface Followed {
  feed: string;
  sequence: number;
  /** Absent before the first delivery. */
  cursor?: string;
  /** Hex digest at `sequence`. */
  digest: string;
  /** By delivery id. */
  held: Record<string, HeldEvent>;
}

export type Taken =
  /** `repeated`: the same event has come before, under another delivery. */
  | { taken: 'event'; received: ReceivedEvent; repeated: boolean }
  /** `gone`: what it takes back of what was held. `answer`: what to say of it, where an answer is expected. */
  | { taken: 'notice'; received: ReceivedNotice; gone: HeldEvent[]; answer?: 'applied' | 'not-held' }
  | { taken: 'withheld'; received: Received }
  /** It came again, as at-least-once means; nothing was done. */
  | { taken: 'again'; received: Received };

/** Notices after which what they name is not to be used any more. */
const TAKES_BACK: readonly FeedNotice['notice'][] = ['recall', 'corrected'];

export function nothingFollowed(feed: string): Followed {
  return { feed, sequence: 0, digest: FIRST_DIGEST.toString('hex'), held: {} };
}

/**
 * What a subscriber does with what it gets, without any server: it takes each delivery once and in order, carries the digest on,
 * knows what it holds, and takes back what is recalled.
 */
export class Follower {
  readonly feed: string;
  sequence: number;
  cursor: string | undefined;
  private digest: Buffer;
  private readonly held: Map<string, HeldEvent>;
  private readonly events: Set<string>;

  constructor({ feed, sequence, cursor, digest, held }: Followed) {
    this.feed = feed;
    this.sequence = sequence;
    this.cursor = cursor;
    this.digest = Buffer.from(digest, 'hex');
    this.held = new Map(Object.entries(held));
    this.events = new Set(Object.values(held).map(({ event }) => event));
  }

  /** @throws {@link FollowFailed} `follow.lost`: a delivery is missing before this one */
  take(received: Received): Taken {
    if (received.sequence <= this.sequence) return { taken: 'again', received };
    if (received.sequence !== this.sequence + 1)
      throw new FollowFailed(
        'follow.lost',
        `Deliveries ${this.sequence + 1} to ${received.sequence - 1} of feed ${this.feed} never came.`,
      );
    this.digest = nextDigest(this.digest, received.sequence, received.delivery);
    this.sequence = received.sequence;
    this.cursor = received.cursor;
    return this.takeContent(received);
  }

  /** Of a snapshot, which leaves out what is withheld: place and digest are told at its end, and until then it has not begun. */
  takeOfSnapshot(received: Received): Taken {
    return this.takeContent(received);
  }

  /** Where a snapshot ends: from here on the digest is carried on. */
  endSnapshot(at: { sequence: number; digest: string; cursor: string }): void {
    this.sequence = at.sequence;
    this.cursor = at.cursor;
    this.digest = Buffer.from(at.digest, 'hex');
  }

  /** @throws {@link FollowFailed} `follow.lost` where the server's digest is another one than what was received gives */
  verify(digest: string): void {
    const own = this.digest.toString('hex');
    if (digest !== own)
      throw new FollowFailed(
        'follow.lost',
        `What was received of feed ${this.feed} up to ${this.sequence} is not what was sent: digest ${own} here, ${digest} there.`,
      );
  }

  /** To be kept, so that a later follower goes on here. */
  kept(): Followed {
    const { feed, sequence, cursor, digest, held } = this;
    return {
      feed,
      sequence,
      ...(cursor === undefined ? {} : { cursor }),
      digest: digest.toString('hex'),
      held: Object.fromEntries(held),
    };
  }

  private takeContent(received: Received): Taken {
    if ('withheld' in received) return { taken: 'withheld', received };
    if (received.kind === 'notice') return this.takeNotice(received);
    const { id: event, subject: record } = received.event;
    const repeated = this.events.has(event);
    this.events.add(event);
    this.held.set(received.delivery, { event, record });
    return { taken: 'event', received, repeated };
  }

  private takeNotice(received: ReceivedNotice): Taken {
    const { notice, deliveries, state } = received.notice;
    const named = deliveries.filter((delivery) => this.held.has(delivery));
    const gone = (TAKES_BACK.includes(notice) ? named : []).map((delivery) => this.drop(delivery));
    const answer = named.length > 0 ? 'applied' : 'not-held';
    const asked = state === 'pending' || state === 'overdue';
    return { taken: 'notice', received, gone, ...(asked ? { answer } : {}) };
  }

  private drop(delivery: string): HeldEvent {
    const held = this.held.get(delivery)!;
    this.held.delete(delivery);
    this.events.delete(held.event);
    return held;
  }
}
