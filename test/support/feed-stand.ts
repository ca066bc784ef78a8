/** Feeds with what is in them put there by hand: for specs of how they are delivered. What belongs into them, fan-out decides. */
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { openRelayLog, type Lease, type RelayLog } from '#event-log';
import { bodyOf, type EventDraft, type Marking } from '#events';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { until } from '../../infra/local/until.js';
import { lockToTakeBack } from '../../apps/partner-feeds/deliveries/feed-lock.js';
import { openTestCommandStore, type TestCommandStore } from './command-app.js';
import { someDraft } from './log-events.js';

const SOURCE = ORGANISATIONS.coastal.organisation;

/** Seen by the community: the partner agency sees it. */
export const GREEN: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'GREEN',
  handling: [],
  conditions: [],
  releasableTo: [],
  originator: SOURCE,
  compartment: null,
};

export interface Said {
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

export class FeedStand {
  private constructor(
    readonly store: TestCommandStore,
    private readonly relay: RelayLog,
    private readonly lease: Lease,
  ) {}

  static async open(name: string): Promise<FeedStand> {
    const store = await openTestCommandStore(name);
    const relay = await openRelayLog({ url: store.store.url, applicationName: `${name}-relay`, poolSize: 2 });
    const lease = relay.log.lease('event-relay', { holder: 'spec', seconds: 300 });
    await lease.take();
    return new FeedStand(store, relay, lease);
  }

  get log() {
    return this.store.store.log;
  }

  /** An assertion with a position. */
  async said(marking: Marking = GREEN, changes: Partial<EventDraft> = {}): Promise<Said> {
    return this.append(`assertion-${uuid()}`, 0, { marking, ...changes });
  }

  async regraded({ stream }: Said, marking: Marking): Promise<Said> {
    const subject = { kind: 'account', key: 'telegram:100012345' } as const;
    const body = bodyOf('assertion.regraded', {
      subject,
      statements: [{ index: 0, relation: 'USES_NUMBER', object: { kind: 'phone-number', key: '+447700900123' } }],
      reason: 'Graded anew.',
    });
    return this.append(stream, 1, { marking, body });
  }

  async append(stream: string, expectedVersion: number, changes: Partial<EventDraft>): Promise<Said> {
    const draft = someDraft(changes);
    await this.log.transact(() =>
      Promise.resolve({
        append: [{ stream, expectedVersion, source: SOURCE, events: [draft] }],
        afterwards: () => Promise.resolve(),
      }),
    );
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
  async slot({ subscriber }: SubscribedFeed, { position }: Said, notice?: NoticeTerms): Promise<number> {
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

  async close(): Promise<void> {
    await this.relay.log.close();
    await this.store.close();
  }

  /** Transactions of other specs may hold positions back for a moment. */
  async positionOf(event: string): Promise<number> {
    return until('no position was given', async () => {
      await this.relay.sequence(this.lease, 1_000);
      const [row] = await this.log.query<{ position: number }>(
        'SELECT p.position FROM log_positions p JOIN events e USING (seq) WHERE e.id = $1',
        [event],
      );
      return row?.position ?? false;
    });
  }
}
