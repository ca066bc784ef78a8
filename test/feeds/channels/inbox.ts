/**
 * What a subscriber keeps of what came to it, as the README of partner-feeds tells it to: each delivery once, by its id, in order, and the
 * digest over all of them. Written from the README, and not from the program that follows feeds.
 */
import { createHash } from 'node:crypto';
import type { FeedNotice } from '../../../apps/partner-feeds/deliveries/delivery.js';
import type { PartnerEvent } from '../../../apps/partner-feeds/payload/partner-event.js';

/** A delivery as it comes by pages, streams and webhooks. */
export type Arrival = { sequence: number; delivery: string; cursor: string } & (
  { withheld: true } | { kind: 'event'; event: PartnerEvent } | { kind: 'notice'; notice: FeedNotice }
);

export class Inbox {
  /** In the order in which they came first. */
  readonly taken: Arrival[] = [];
  /** Came again. */
  repeats = 0;
  sequence = 0;
  cursor: string | undefined;
  /** Where it began with a snapshot; 0 where it did not. */
  snapshot = 0;
  private digest = Buffer.alloc(32);
  private readonly ids = new Set<string>();

  /** @throws where something is missing before it, or came out of order */
  take(arrival: Arrival): void {
    if (this.ids.has(arrival.delivery)) {
      this.repeats += 1;
      return;
    }
    if (arrival.sequence !== this.sequence + 1)
      throw new Error(`delivery ${arrival.sequence} came behind ${this.sequence}`);
    const place = Buffer.alloc(8);
    place.writeBigUInt64BE(BigInt(arrival.sequence));
    this.digest = createHash('sha256').update(this.digest).update(place).update(arrival.delivery).digest();
    this.keep(arrival);
    this.cursor = arrival.cursor;
    this.sequence = arrival.sequence;
  }

  /** All of a snapshot, once it is complete. @throws where it is out of order */
  begin(snapshot: readonly Arrival[], at: { sequence: number; digest: string; cursor: string }): void {
    for (const arrival of snapshot) {
      if (arrival.sequence <= (this.taken.at(-1)?.sequence ?? 0) || arrival.sequence > at.sequence)
        throw new Error(`delivery ${arrival.sequence} of a snapshot came behind ${this.taken.at(-1)?.sequence}`);
      this.keep(arrival);
    }
    this.digest = Buffer.from(at.digest, 'hex');
    this.snapshot = at.sequence;
    this.sequence = at.sequence;
    this.cursor = at.cursor;
  }

  /** Whether the server has sent something else than came here. */
  amiss(digest: string): string[] {
    const own = this.digest.toString('hex');
    return own === digest ? [] : [`digest ${digest} at ${this.sequence}, and ${own} of what came`];
  }

  private keep(arrival: Arrival): void {
    this.ids.add(arrival.delivery);
    this.taken.push(arrival);
  }
}
