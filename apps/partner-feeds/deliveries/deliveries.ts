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
import { namesOf } from './slots.js';

interface SubscriptionRow {
  subscriber: number | null;
  subscription: string;
  organisation: string;
}

const STATE = 'SELECT sequence, epoch, epochs FROM feed_subscribers WHERE subscriber = $1';
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
  async nameOf({ subscriber, subscription }: Subscriber, sequence: number): Promise<Place | undefined> {
    const [[row], { epochs }] = await Promise.all([
      namesOf(this.log, [{ subscriber, sequence }]),
      this.state(subscriber),
    ]);
    if (row === undefined) return undefined;
    const delivery = deliveryId(this.feedKey, subscription, sequence, row.cause);
    const epoch = epochAt(epochs, sequence);
    return { sequence, delivery, added: row.added, cursor: printCursor({ epoch, sequence, delivery }) };
  }

  /** How far the feed has come. */
  async head(subscriber: Subscriber): Promise<Head> {
    const { sequence } = await this.state(subscriber.subscriber);
    return { sequence, cursor: await this.cursorAt(subscriber, sequence) };
  }

  /** Sequence at which a cursor stands. @throws {@link Problem} `feed.cursor-malformed`, `-foreign`, `-ahead` */
  async placeOf(subscriber: Subscriber, text: string): Promise<number> {
    const cursor = readCursor(text);
    const { sequence: head, epochs } = await this.state(subscriber.subscriber);
    await checkCursor(cursor, {
      epochs,
      head,
      delivery: await this.deliveryAt(subscriber, cursor.sequence),
      cursorAt: (sequence) => this.cursorAt(subscriber, sequence),
    });
    return cursor.sequence;
  }

  /** Cursor at a sequence that there is; at 0, the one before the first delivery. */
  async cursorAt(subscriber: Subscriber, sequence: number): Promise<string> {
    const [delivery, { epochs }] = await Promise.all([
      this.deliveryAt(subscriber, sequence),
      this.state(subscriber.subscriber),
    ]);
    if (delivery === undefined) throw new Error(`feed ${subscriber.subscription} has no slot ${sequence}`);
    return printCursor({ epoch: epochAt(epochs, sequence), sequence, delivery });
  }

  /** Hex digest over all deliveries up to a sequence. @throws {@link Problem} `feed.cursor-ahead` */
  async digestAt(subscriber: Subscriber, sequence: number): Promise<string> {
    const { sequence: head } = await this.state(subscriber.subscriber);
    if (sequence > head) throw behindHead(head);
    return digestAt(this.log, this.feedKey, subscriber, sequence);
  }

  private async deliveryAt({ subscriber, subscription }: Subscriber, sequence: number): Promise<string | undefined> {
    if (sequence === 0) return deliveryId(this.feedKey, subscription, 0, '');
    const [row] = await namesOf(this.log, [{ subscriber, sequence }]);
    return row && deliveryId(this.feedKey, subscription, sequence, row.cause);
  }

  private async state(subscriber: number): Promise<{ sequence: number; epochs: readonly Epoch[] }> {
    const [row] = await this.log.query<{ sequence: number; epoch: number; epochs: Epoch[] }>(STATE, [subscriber]);
    if (row === undefined) throw new Error(`there is no subscriber ${subscriber}`);
    return { sequence: row.sequence, epochs: epochsOf(row) };
  }
}

function bounded(asked: Asked): Asked {
  return { ...asked, limit: Math.min(asked.limit, MAX_DELIVERIES) };
}
