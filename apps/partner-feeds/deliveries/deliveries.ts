import { feedViewerNow, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import type { KnownEvent } from '#events';
import { Problem } from '#runtime';
import { checkCursor, epochAt, printCursor, readCursor, type Epoch } from './cursor.js';
import { decideDelivery, isReleasable } from './decide.js';
import type { Delivery, Place } from './delivery.js';
import { deliveryId } from './delivery-id.js';
import { behindHead, digestAt } from './digests.js';
import type { Head, ReadRange } from './feed.js';
import { recordDeliveries, type Recipient } from './ledger.js';
import { causesOf, readSlots, type SlotRow } from './slots.js';

/** Whose feed is read, and by whom. */
export interface Subscriber extends Recipient {
  /** Id of the subscription (UUID), which is also that of its TAXII collection. */
  subscription: string;
}

/** Ways that a delivery takes. */
export type Channel = 'pull' | 'sse' | 'webhook' | 'taxii';

interface SubscriptionRow {
  subscriber: number | null;
  subscription: string;
  organisation: string;
}

const STATE = 'SELECT sequence, epoch, epochs FROM feed_subscribers WHERE subscriber = $1';
const LOCKED_STATE = `${STATE} FOR UPDATE`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Most deliveries of one call: they are decided and recorded in one transaction, which holds fan-out to this subscriber back. */
export const MAX_DELIVERIES = 500;

/**
 * Takes deliveries out of feeds. What leaves is decided by the policy of now, under the lock on the subscriber that fan-out takes
 * before it recalls anything: so each recall knows of each delivery that was decided before it. Ledger and audit are committed
 * before anything is returned.
 */
export class Deliveries {
  constructor(
    private readonly log: EventLog,
    private readonly feedKey: Buffer,
  ) {}

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
    return { ...row, subscriber: row.subscriber, reader: viewer.subject };
  }

  /**
   * Deliveries in order of sequence, decided now; recorded, and committed before they are returned.
   * @throws {@link Problem} `subscription.paused`
   */
  read(subscriber: Subscriber, { channel, ...range }: ReadRange & { channel: Channel }): Promise<Delivery[]> {
    const limit = Math.min(range.limit, MAX_DELIVERIES);
    return this.log.transact(async (on) => {
      const { epochs } = await this.state(on, subscriber.subscriber, LOCKED_STATE);
      // Statements of their own, so that what they read is not older than the lock.
      const [viewer, slots] = await Promise.all([
        this.viewerNow(on, subscriber, range.only === 'notices'),
        readSlots(on, subscriber.subscriber, { ...range, limit }),
      ]);
      const [events, named] = await Promise.all([
        this.decoded(slots.filter((slot) => isReleasable(slot, viewer))),
        this.namedIn(on, subscriber, slots),
      ]);
      const idOf = (sequence: number, cause: string): string =>
        deliveryId(this.feedKey, subscriber.subscription, sequence, cause);
      const decided = slots.map((slot) => decideDelivery(slot, { viewer, events, epochs, idOf, named }));
      return {
        append: 'nothing',
        afterwards: async (write) => {
          const disclosed = decided.flatMap((one) => one.disclosed ?? []);
          await recordDeliveries(write, subscriber, channel, disclosed);
          return decided.map(({ delivery }) => delivery);
        },
      };
    });
  }

  /** Name of a slot, which says nothing of what is in it: neither ledger nor audit. Undefined while there is none. */
  async nameOf({ subscriber, subscription }: Subscriber, sequence: number): Promise<Place | undefined> {
    const [[row], { epochs }] = await Promise.all([
      causesOf(this.log, subscriber, [sequence]),
      this.state(this.log, subscriber),
    ]);
    if (row === undefined) return undefined;
    const delivery = deliveryId(this.feedKey, subscription, sequence, row.cause);
    const epoch = epochAt(epochs, sequence);
    return { sequence, delivery, added: row.added, cursor: printCursor({ epoch, sequence, delivery }) };
  }

  /** How far the feed has come. */
  async head(subscriber: Subscriber): Promise<Head> {
    const { sequence } = await this.state(this.log, subscriber.subscriber);
    return { sequence, cursor: await this.cursorAt(subscriber, sequence) };
  }

  /** Sequence at which a cursor stands. @throws {@link Problem} `feed.cursor-malformed`, `-foreign`, `-ahead` */
  async placeOf(subscriber: Subscriber, text: string): Promise<number> {
    const cursor = readCursor(text);
    const { sequence: head, epochs } = await this.state(this.log, subscriber.subscriber);
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
      this.state(this.log, subscriber.subscriber),
    ]);
    if (delivery === undefined) throw new Error(`feed ${subscriber.subscription} has no slot ${sequence}`);
    return printCursor({ epoch: epochAt(epochs, sequence), sequence, delivery });
  }

  /** Hex digest over all deliveries up to a sequence. @throws {@link Problem} `feed.cursor-ahead` */
  async digestAt(subscriber: Subscriber, sequence: number): Promise<string> {
    const { sequence: head } = await this.state(this.log, subscriber.subscriber);
    if (sequence > head) throw behindHead(head);
    return digestAt(this.log, this.feedKey, subscriber, sequence);
  }

  private async deliveryAt({ subscriber, subscription }: Subscriber, sequence: number): Promise<string | undefined> {
    if (sequence === 0) return deliveryId(this.feedKey, subscription, 0, '');
    const [row] = await causesOf(this.log, subscriber, [sequence]);
    return row && deliveryId(this.feedKey, subscription, sequence, row.cause);
  }

  private async state(
    on: Pick<LogReads, 'query'>,
    subscriber: number,
    sql = STATE,
  ): Promise<{ sequence: number; epochs: Epoch[] }> {
    const [row] = await on.query<{ sequence: number; epoch: number; epochs: Epoch[] }>(sql, [subscriber]);
    if (row === undefined) throw new Error(`there is no subscriber ${subscriber}`);
    return { sequence: row.sequence, epochs: row.epochs.length > 0 ? row.epochs : [{ epoch: row.epoch, after: 0 }] };
  }

  /** What the feed may carry now; undefined where it carries nothing but notices any more. */
  private async viewerNow(
    on: LogReads,
    { subscription, organisation }: Subscriber,
    alsoPaused: boolean,
  ): Promise<Viewer | undefined> {
    const [viewer, [row]] = await Promise.all([
      feedViewerNow(on, organisation),
      on.query<{ state: string; reason: string | null }>(
        'SELECT state, reason FROM subscriptions WHERE subscription = $1',
        [subscription],
      ),
    ]);
    if (row?.state === 'paused' && !alsoPaused)
      throw new Problem(
        'RuleRefused',
        'subscription.paused',
        `The subscription is paused: ${row.reason ?? 'no reason given'}`,
      );
    return row?.state === 'active' ? viewer : undefined;
  }

  private async decoded(slots: readonly SlotRow[]): Promise<Map<number, KnownEvent>> {
    const decoded = await this.log.decode(slots);
    return new Map(
      decoded.map((outcome, i) => {
        const { sequence, stream } = slots[i]!;
        // Fan-out could read it, so this is a build that is older than the one that did.
        if ('fault' in outcome)
          throw new Problem('Unavailable', 'feed.undecodable', `An event of ${stream} cannot be read here just now.`);
        return [sequence, outcome.event];
      }),
    );
  }

  /** Delivery ids of the slots that notices name. */
  private async namedIn(
    on: LogReads,
    { subscriber, subscription }: Subscriber,
    slots: readonly SlotRow[],
  ): Promise<Map<number, string>> {
    const sequences = [...new Set(slots.flatMap(({ sequences }) => sequences ?? []))];
    const rows = await causesOf(on, subscriber, sequences);
    return new Map(
      rows.map(({ sequence, cause }) => [sequence, deliveryId(this.feedKey, subscription, sequence, cause)]),
    );
  }
}
