import type { Viewer } from '#access';
import type { EventLog } from '#event-log';
import { currentTrace, Problem } from '#runtime';
import type { Answer, Asked, Channel, ReadRange, Subscriber } from './asked.js';
import { checkCursor, epochAt, printCursor, readCursor, type Epoch } from './cursor.js';
import type { Delivery, Place } from './delivery.js';
import { deliveryId } from './delivery-id.js';
import { behindHead, digestAt } from './digests.js';
import type { Head } from './feed.js';
import { epochsOf } from './ground.js';
import { readTogether } from './read-together.js';

interface SubscriptionRow {
  subscriber: number | null;
  subscription: string;
  organisation: string;
}

interface PlaceRow {
  head: number;
  epoch: number;
  epochs: Epoch[];
  added: number | null;
  cause: string | null;
}

interface PlaceInFeed {
  /** Last sequence of the feed. */
  head: number;
  epochs: readonly Epoch[];
  /** Undefined where there is no such place. */
  delivery: string | undefined;
  added: number | null;
}

const PLACE = `
  SELECT f.sequence AS head, f.epoch, f.epochs, s.added, (
    SELECT v.id FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = s.position)
  ) AS cause
  FROM feed_subscribers f
  LEFT JOIN feed_slots s ON s.subscriber = f.subscriber AND s.sequence = coalesce($2, f.sequence)
  WHERE f.subscriber = $1`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Most deliveries of one call: they are decided and recorded in one transaction, which holds recalls of what this subscriber got back. */
export const MAX_DELIVERIES = 500;

/**
 * Takes deliveries out of feeds. What leaves is decided by the policy of now, behind the lock of the feed that fan-out takes
 * before it recalls anything: so each recall knows of each delivery that was decided before it. Ledger and audit are committed
 * before anything is returned.
 */
export class Deliveries {
  private readonly parts: { log: EventLog; feedKey: Buffer };

  constructor(
    private readonly log: EventLog,
    private readonly feedKey: Buffer,
  ) {
    this.parts = { log, feedKey };
  }

  /**
   * The subscriber that a caller may read as.
   * @throws {@link Problem} NotFound, the same for what is another's and for what is not there; `feed.not-begun` (retriable)
   *   while the subscription has been made and fan-out has not reached it
   */
  async subscriberOf(viewer: Pick<Viewer, 'organisation' | 'subject'>, subscription: string): Promise<Subscriber> {
    const rows = UUID.test(subscription)
      ? await this.log.query<SubscriptionRow>(
          `SELECT f.subscriber, s.subscription, s.organisation
           FROM subscriptions s LEFT JOIN feed_subscribers f USING (subscription)
           WHERE s.subscription = $1 AND s.organisation = $2`,
          [subscription, viewer.organisation],
        )
      : [];
    const [row] = rows;
    if (row === undefined) throw new Problem('NotFound', 'subscription.unknown', 'There is no such subscription.');
    if (row.subscriber === null)
      throw new Problem(
        'Unavailable',
        'feed.not-begun',
        'The subscription has just been made; its feed begins in a moment.',
      );
    const correlationId = currentTrace()?.correlationId;
    return { ...row, subscriber: row.subscriber, reader: viewer.subject, correlationId };
  }

  /**
   * Deliveries in order of sequence, decided now; recorded, and committed before they are returned.
   * @throws {@link Problem} `subscription.paused`
   */
  async read(subscriber: Subscriber, asked: ReadRange & { channel: Channel }): Promise<Delivery[]> {
    const [answer] = await readTogether(this.parts, [bounded({ ...asked, subscriber })], 'wait');
    if (answer !== undefined && 'deliveries' in answer) return answer.deliveries;
    throw answer !== undefined && 'refused' in answer ? answer.refused : new Error('a lock was waited for and not had');
  }

  /**
   * The same for several who ask, of one feed or of many, in one transaction: an answer for each, in their order. Each gets what it
   * would get alone, but nobody waits for whoever takes something back from a feed: that one is `busy`.
   */
  readTogether(asked: readonly Asked[]): Promise<Answer[]> {
    return readTogether(this.parts, asked.map(bounded), 'skip');
  }

  /** Name of a slot, which says nothing of what is in it: neither ledger nor audit. Undefined while there is none. */
  async nameOf(subscriber: Subscriber, sequence: number): Promise<Place | undefined> {
    const { delivery, epochs, added } = await this.placeAt(subscriber, sequence);
    if (delivery === undefined || added === null) return undefined;
    return { sequence, delivery, added, cursor: cursorOf(epochs, sequence, delivery) };
  }

  /** How far the feed has come. */
  async head(subscriber: Subscriber): Promise<Head> {
    const { head, epochs, delivery } = await this.placeAt(subscriber);
    if (delivery === undefined) throw new Error(`feed ${subscriber.subscription} has no slot ${head}`);
    return { sequence: head, cursor: cursorOf(epochs, head, delivery) };
  }

  /** Sequence at which a cursor stands. @throws {@link Problem} `feed.cursor-malformed`, `-foreign`, `-ahead` */
  async placeOf(subscriber: Subscriber, text: string): Promise<number> {
    const cursor = readCursor(text);
    const { head, epochs, delivery } = await this.placeAt(subscriber, cursor.sequence);
    await checkCursor(cursor, {
      ...{ epochs, head, delivery },
      cursorAt: (sequence) => this.cursorAt(subscriber, sequence),
    });
    return cursor.sequence;
  }

  /** Cursor at a sequence that there is; at 0, the one before the first delivery. */
  async cursorAt(subscriber: Subscriber, sequence: number): Promise<string> {
    const { epochs, delivery } = await this.placeAt(subscriber, sequence);
    if (delivery === undefined) throw new Error(`feed ${subscriber.subscription} has no slot ${sequence}`);
    return cursorOf(epochs, sequence, delivery);
  }

  /** Hex digest over all deliveries up to a sequence. @throws {@link Problem} `feed.cursor-ahead` */
  async digestAt(subscriber: Subscriber, sequence: number): Promise<string> {
    const { head } = await this.placeAt(subscriber, 0);
    if (sequence > head) throw behindHead(head);
    return digestAt(this.log, this.feedKey, subscriber, sequence);
  }

  /** A place of a feed, or its last one. Nothing is delivered at place 0, and where nothing is yet. */
  private async placeAt({ subscriber, subscription }: Subscriber, sequence?: number): Promise<PlaceInFeed> {
    const [row] = await this.log.query<PlaceRow>(PLACE, [subscriber, sequence ?? null]);
    if (row === undefined) throw new Error(`there is no subscriber ${subscriber}`);
    const { head, added } = row;
    const at = sequence ?? head;
    const cause = at === 0 ? '' : row.cause;
    const delivery = cause === null ? undefined : deliveryId(this.feedKey, subscription, at, cause);
    return { head, added, epochs: epochsOf(row), delivery };
  }
}

function cursorOf(epochs: readonly Epoch[], sequence: number, delivery: string): string {
  return printCursor({ epoch: epochAt(epochs, sequence), sequence, delivery });
}

function bounded(asked: Asked): Asked {
  return { ...asked, limit: Math.min(asked.limit, MAX_DELIVERIES) };
}
