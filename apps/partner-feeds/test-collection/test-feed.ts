import { partnerEvent } from '../payload/partner-event.js';
import { checkCursor, printCursor, readCursor } from '../deliveries/cursor.js';
import type { Delivery } from '../deliveries/delivery.js';
import { deliveryId, FIRST_DIGEST, nextDigest } from '../deliveries/delivery-id.js';
import { behindHead } from '../deliveries/digests.js';
import type { ReadRange } from '../deliveries/asked.js';
import type { Feed, Head } from '../deliveries/feed.js';
import { SYNTHETIC, type Synthetic } from './synthetic.js';

/** Name of the test collection, where another feed has the id of its subscription. */
export const TEST_FEED = 'test';
const EPOCH = 1;
/** Synthetic deliveries were added one second after the other. */
const FIRST_ADDED = 1_767_603_600_000_000;

/**
 * The test collection: the same for every subscriber, and for ever. Names, cursors, digest and payloads are made by the code that
 * makes those of real feeds; nothing is recorded, since nothing is disclosed.
 */
export class TestFeed implements Feed {
  readonly name = TEST_FEED;

  constructor(private readonly feedKey: Buffer) {}

  head(): Promise<Head> {
    return Promise.resolve({ sequence: SYNTHETIC.length, cursor: this.cursor(SYNTHETIC.length) });
  }

  read({ after, limit, upTo = SYNTHETIC.length, only }: ReadRange): Promise<Delivery[]> {
    const all = SYNTHETIC.map((one, i) => this.delivery(one, i + 1));
    const wanted = all.filter(
      (one, i) => one.sequence > after && one.sequence <= upTo && isWanted(SYNTHETIC[i]!, only),
    );
    return Promise.resolve(wanted.slice(0, limit));
  }

  async placeOf(text: string): Promise<number> {
    const cursor = readCursor(text);
    const { sequence } = cursor;
    await checkCursor(cursor, {
      epochs: [{ epoch: EPOCH, after: 0 }],
      head: SYNTHETIC.length,
      delivery: sequence <= SYNTHETIC.length ? this.nameOf(sequence) : undefined,
      cursorAt: (at) => Promise.resolve(this.cursor(at)),
    });
    return sequence;
  }

  cursorAt(sequence: number): Promise<string> {
    return Promise.resolve(this.cursor(sequence));
  }

  digestAt(sequence: number): Promise<string> {
    if (sequence > SYNTHETIC.length) return Promise.reject(behindHead(SYNTHETIC.length));
    let digest: Buffer = FIRST_DIGEST;
    for (let n = 1; n <= sequence; n += 1) digest = nextDigest(digest, n, this.nameOf(n));
    return Promise.resolve(digest.toString('hex'));
  }

  private delivery(one: Synthetic, sequence: number): Delivery {
    const place = {
      sequence,
      delivery: this.nameOf(sequence),
      cursor: this.cursor(sequence),
      added: FIRST_ADDED + sequence * 1_000_000,
    };
    if ('withheld' in one) return { ...place, withheld: true };
    if ('event' in one) return { ...place, kind: 'event', event: partnerEvent(one.event, one.event.marking) };
    const deliveries = one.about.map((about) => this.nameOf(about));
    return { ...place, kind: 'notice', notice: { ...one.notice, deliveries } };
  }

  private nameOf(sequence: number): string {
    return deliveryId(this.feedKey, TEST_FEED, sequence, SYNTHETIC[sequence - 1]?.cause ?? '');
  }

  private cursor(sequence: number): string {
    return printCursor({ epoch: EPOCH, sequence, delivery: this.nameOf(sequence) });
  }
}

function isWanted(one: Synthetic, only: ReadRange['only']): boolean {
  if (only === undefined) return true;
  if ('notice' in one) return only === 'notices' || one.notice.state === 'pending';
  return only === 'live' && !('withheld' in one);
}
