/**
 * A log with feeds on it, for specs: events of the spec's own, positions given, each decided by fan-out for each subscription; or, for
 * specs of how feeds are delivered, put into them by hand.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { openRelayLog, type EventLog, type Lease, type RelayLog } from '#event-log';
import { bodyOf, type EventDraft, type FeedFilter, type Marking, type OrganisationKind } from '#events';
import type { FanOut } from '../../apps/partner-feeds/fan-out/fan-out.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { until } from '../../infra/local/until.js';
import { lockToTakeBack } from '../../apps/partner-feeds/deliveries/feed-lock.js';
import { ALL_MIGRATIONS, openTestCommandStore, type TestCommandStore } from './command-app.js';
import { GREEN, greenOf, openFanOut, organisationEvent, SOURCE, subscriptionEvent, type Said } from './feed-events.js';
import { someDraft } from './log-events.js';
import { openTestLog, type TestLog } from './test-log.js';

export { GREEN } from './feed-events.js';

/** An event that has its position. */
export interface Placed {
  id: string;
  stream: string;
  position: number;
}

export interface SubscribedFeed {
  subscriber: number;
  subscription: string;
  organisation: string;
}

export interface NoticeTerms {
  kind: string;
  sequences: number[];
  reason?: string;
  state?: string;
}

/** A slot as it stands in the database, with what it says where it is a notice. */
export interface StoredSlot {
  sequence: number;
  position: number;
  added: number;
  kind: number;
  ended: number | null;
  notice: { kind: string; reason: string; sequences: number[]; state: string | null } | null;
}

interface Parts<Store> {
  store: Store;
  log: EventLog;
  relay: RelayLog;
  sequencing: Lease;
  fanOut: FanOut;
  end(): Promise<void>;
}

/** What a stand is opened on, and with. */
interface Ground<Store> {
  store: Store;
  on: Pick<TestLog, 'log' | 'url'>;
  end(): Promise<void>;
  atMost?: number | undefined;
}

/** `Store`: with an issuer and members, or the log alone. */
export class FeedStand<Store extends { owner: pg.Client } = TestCommandStore> {
  private readonly versions = new Map<string, number>();

  private constructor(private readonly parts: Parts<Store>) {}

  /** With an issuer, and organisations whose members it knows. */
  static async open(name: string): Promise<FeedStand> {
    const store = await openTestCommandStore(name);
    return FeedStand.onGround({ store, on: store.store, end: () => store.close() });
  }

  /** On a store that there is already, and that stays. */
  static on(store: TestCommandStore): Promise<FeedStand> {
    return FeedStand.onGround({ store, on: store.store, end: () => Promise.resolve() });
  }

  /**
   * An empty log.
   * @param options.atMost positions that fan-out decides in one transaction
   * @param options.clock when events are recorded, as they say themselves
   */
  static async empty(
    name: string,
    { atMost, clock }: { atMost?: number; clock?: () => Date } = {},
  ): Promise<FeedStand<TestLog>> {
    const store = await openTestLog(name, ALL_MIGRATIONS, clock);
    return FeedStand.onGround({ store, on: store, end: () => store.close(), atMost });
  }

  private static async onGround<Store extends { owner: pg.Client }>({
    store,
    on: { log, url },
    end,
    atMost,
  }: Ground<Store>): Promise<FeedStand<Store>> {
    const relay = await openRelayLog({ url, applicationName: 'feed-stand-relay', poolSize: 2 });
    const sequencing = relay.log.lease('event-relay', { holder: 'spec', seconds: 300 });
    await sequencing.take();
    return new FeedStand<Store>({ store, log, relay, sequencing, fanOut: openFanOut(log, atMost), end });
  }

  get store(): Store {
    return this.parts.store;
  }

  get log(): EventLog {
    return this.parts.log;
  }

  get fanOut(): FanOut {
    return this.parts.fanOut;
  }

  async close(): Promise<void> {
    await this.parts.relay.log.close();
    await this.parts.end();
  }

  /** Appends events in one transaction each; returns their ids. */
  async say(...said: Said[]): Promise<string[]> {
    const ids: string[] = [];
    for (const { stream, source, type, data, marking = greenOf(source), id = uuid() } of said) {
      const actor = { organisation: source, user: 'user-1', role: 'analyst' };
      const version = this.versions.get(stream) ?? 0;
      await this.write(stream, version, source, someDraft({ id, body: bodyOf(type, data as never), actor, marking }));
      this.versions.set(stream, version + 1);
      ids.push(id);
    }
    return ids;
  }

  /** Gives a position to everything that was said. Other transactions on the server may hold some back for a moment. */
  async sequence(): Promise<number> {
    const [said] = await this.log.query<{ events: number }>('SELECT count(*) AS events FROM events', []);
    return until('not every event got its position', async () => {
      const { head } = await this.parts.relay.sequence(this.parts.sequencing, 2_000);
      return head === said?.events && head;
    });
  }

  /** Gives positions, and decides everything. */
  async toHead(): Promise<void> {
    await this.sequence();
    await this.fanOut.toHead();
  }

  /** Says that there is an organisation, that belongs to some groups. */
  async register(groups: string[] = [], kind: OrganisationKind = 'agency'): Promise<string> {
    const organisation = uuid();
    const data = { organisation, name: 'Agency', kind, groups };
    await this.say({ ...organisationEvent(organisation), type: 'organisation.registered', data });
    return organisation;
  }

  /** Says that there is a subscription; fan-out begins its feed. */
  async subscribe(organisation: string, filter: FeedFilter = {}): Promise<string> {
    const subscription = randomUUID();
    const data = { subscription, organisation, name: 'Feed', filter, channel: { kind: 'pull' as const } };
    await this.say({ ...subscriptionEvent(subscription, organisation), type: 'subscription.made', data });
    return subscription;
  }

  /** Slots of a subscription in the order of its sequence. */
  slots(subscription: string): Promise<StoredSlot[]> {
    return this.log.query<StoredSlot>(
      `SELECT s.sequence, s.position, s.added, s.kind, s.ended,
         CASE WHEN n.kind IS NOT NULL THEN json_build_object('kind', n.kind, 'reason', n.reason, 'sequences', n.sequences, 'state', n.state)
         END AS notice
       FROM feed_slots s JOIN feed_subscribers f USING (subscriber) LEFT JOIN feed_notices n ON n.subscriber = s.subscriber AND n.sequence = s.sequence
       WHERE f.subscription = $1 ORDER BY s.sequence`,
      [subscription],
    );
  }

  /** Puts deliveries into the ledger, as if they had been sent. */
  async deliver(subscription: string, sequences: readonly number[]): Promise<void> {
    await this.log.query(
      `INSERT INTO feed_ledger (subscriber, sequence, channel, audience, basis, audit)
       SELECT f.subscriber, q, 'pull', 0, 'ground.group', 0 FROM feed_subscribers f, unnest($2::bigint[]) AS q
       WHERE f.subscription = $1 ON CONFLICT DO NOTHING`,
      [subscription, sequences],
    );
  }

  /** An assertion with a position. */
  async said(marking: Marking = GREEN, changes: Partial<EventDraft> = {}): Promise<Placed> {
    return this.append(`assertion-${uuid()}`, 0, { marking, ...changes });
  }

  async regraded({ stream }: Placed, marking: Marking): Promise<Placed> {
    const subject = { kind: 'account', key: 'telegram:100012345' } as const;
    const body = bodyOf('assertion.regraded', {
      subject,
      statements: [{ index: 0, relation: 'USES_NUMBER', object: { kind: 'phone-number', key: '+447700900123' } }],
      reason: 'Graded anew.',
    });
    return this.append(stream, 1, { marking, body });
  }

  async append(stream: string, expectedVersion: number, changes: Partial<EventDraft>): Promise<Placed> {
    const draft = someDraft(changes);
    await this.write(stream, expectedVersion, SOURCE, draft);
    return { id: draft.id, stream, position: await this.positionOf(draft.id) };
  }

  /** A subscription whose feed fan-out has begun. */
  async subscribed(organisation: string = ORGANISATIONS.partner.organisation): Promise<SubscribedFeed> {
    const subscription = uuid();
    const { owner } = this.store;
    await owner.query(
      `INSERT INTO subscriptions (subscription, organisation, name, state, filter, channel, version, made_at)
       VALUES ($1, $2, 'Everything', 'active', '{}', '{"kind": "pull"}', 1, now())`,
      [subscription, organisation],
    );
    const { rows } = await owner.query<{ subscriber: number }>(
      `INSERT INTO feed_subscribers (subscriber, subscription, organisation, epoch, epochs)
       SELECT coalesce(max(subscriber), 0) + 1, $1, $2, 1, '[{"epoch": 1, "after": 0}]' FROM feed_subscribers RETURNING subscriber`,
      [subscription, organisation],
    );
    return { subscriber: rows[0]!.subscriber, subscription, organisation };
  }

  /** The next slot of a feed. */
  async slot(
    { subscriber }: SubscribedFeed,
    { position }: Pick<Placed, 'position'>,
    notice?: NoticeTerms,
  ): Promise<number> {
    const { rows } = await this.store.owner.query<{ sequence: string }>(
      `WITH next AS (
         UPDATE feed_subscribers SET sequence = sequence + 1, added = added + 256 WHERE subscriber = $1 RETURNING *
       ), noted AS (
         INSERT INTO feed_notices (subscriber, sequence, kind, reason, sequences, state, due_at)
         SELECT subscriber, sequence, $3, $4, $5, $6::text, CASE WHEN $6::text IS NULL THEN NULL ELSE now() + interval '72 hours' END
         FROM next WHERE $3::text IS NOT NULL
       )
       INSERT INTO feed_slots (subscriber, sequence, position, added, kind)
       SELECT subscriber, sequence, $2, added, CASE WHEN $3::text IS NULL THEN 1 ELSE 2 END FROM next RETURNING sequence`,
      [
        subscriber,
        position,
        notice?.kind ?? null,
        notice?.reason ?? 'spec',
        notice?.sequences ?? [],
        notice?.state ?? null,
      ],
    );
    return Number(rows[0]!.sequence);
  }

  async ended({ subscriber }: SubscribedFeed, sequence: number): Promise<void> {
    await this.store.owner.query('UPDATE feed_slots SET ended = position WHERE subscriber = $1 AND sequence = $2', [
      subscriber,
      sequence,
    ]);
  }

  /** From here to the end of its transaction this session keeps deliveries from these feeds, as fan-out does before a recall. */
  async takesBack(session: pg.Client, feeds: readonly SubscribedFeed[]): Promise<void> {
    const query = async <Row>(sql: string, params: readonly unknown[]): Promise<Row[]> =>
      (await session.query(sql, [...params])).rows as Row[];
    await lockToTakeBack(
      { query },
      feeds.map(({ subscriber }) => subscriber),
    );
  }

  /** Transactions of other specs may hold positions back for a moment. */
  async positionOf(event: string): Promise<number> {
    return until('no position was given', async () => {
      await this.parts.relay.sequence(this.parts.sequencing, 2_000);
      const [row] = await this.log.query<{ position: number }>(
        'SELECT p.position FROM log_positions p JOIN events e USING (seq) WHERE e.id = $1',
        [event],
      );
      return row?.position ?? false;
    });
  }

  private async write(stream: string, expectedVersion: number, source: string, draft: EventDraft): Promise<void> {
    await this.log.transact(() =>
      Promise.resolve({
        append: [{ stream, expectedVersion, source, events: [draft] }],
        afterwards: () => Promise.resolve(),
      }),
    );
  }
}
