/** A log with fan-out on it, for specs of feeds: events of the spec's own, positions given, each decided for each subscription. */
import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { bodyOf, type DataOf, type EventType, type FeedFilter, type Marking, type OrganisationKind } from '#events';
import { openRelayLog, type EventLog, type Lease, type RelayLog } from '#event-log';
import { FAN_OUT_LEASE, FanOut } from '../../apps/partner-feeds/fan-out/fan-out.js';
import { until } from '../../infra/local/until.js';
import { ALL_MIGRATIONS } from './command-app.js';
import { someDraft } from './log-events.js';
import { openTestLog, type TestLog } from './test-log.js';

/** One event of a stream, as a spec says it. */
export interface Said<Type extends EventType = EventType> {
  stream: string;
  source: string;
  type: Type;
  data: DataOf<Type>;
  marking?: Marking;
  /** Of its own where the spec does not say. */
  id?: string;
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

export class FeedsStand {
  private readonly versions = new Map<string, number>();

  private constructor(
    readonly store: TestLog,
    private readonly relay: RelayLog,
    private readonly sequencing: Lease,
    readonly fanOut: FanOut,
  ) {}

  /**
   * @param options.atMost positions that fan-out decides in one transaction
   * @param options.clock when events are recorded, as they say themselves
   */
  static async open(
    name: string,
    { atMost, clock }: { atMost?: number; clock?: () => Date } = {},
  ): Promise<FeedsStand> {
    const store = await openTestLog(name, ALL_MIGRATIONS, clock);
    const relay = await openRelayLog({ url: store.url, applicationName: `${name}-relay`, poolSize: 2 });
    const sequencing = relay.log.lease('event-relay', { holder: name, seconds: 60 });
    await sequencing.take();
    return new FeedsStand(store, relay, sequencing, openFanOut(store.log, atMost));
  }

  get log(): EventLog {
    return this.store.log;
  }

  async close(): Promise<void> {
    await this.relay.log.close();
    await this.store.close();
  }

  /** Appends events in one transaction each; returns their ids. */
  async say(...said: Said[]): Promise<string[]> {
    const ids: string[] = [];
    for (const { stream, source, type, data, marking = greenOf(source), id = uuid() } of said) {
      const draft = someDraft({
        id,
        body: bodyOf(type, data as never),
        actor: { organisation: source, user: 'user-1', role: 'analyst' },
        marking,
      });
      const version = this.versions.get(stream) ?? 0;
      await this.log.transact(() =>
        Promise.resolve({
          append: [{ stream, expectedVersion: version, source, events: [draft] }],
          afterwards: () => Promise.resolve(),
        }),
      );
      this.versions.set(stream, version + 1);
      ids.push(draft.id);
    }
    return ids;
  }

  /** Gives a position to everything that was said. Other transactions on the server may hold some back for a moment. */
  async sequence(): Promise<number> {
    const [said] = await this.log.query<{ events: number }>('SELECT count(*) AS events FROM events', []);
    return until('not every event got its position', async () => {
      const { head } = await this.relay.sequence(this.sequencing, 2_000);
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
    await this.say({
      ...organisationEvent(organisation),
      type: 'organisation.registered',
      data: { organisation, name: 'Agency', kind, groups },
    });
    return organisation;
  }

  async subscribe(organisation: string, filter: FeedFilter = {}): Promise<string> {
    const subscription = randomUUID();
    await this.say({
      ...subscriptionEvent(subscription, organisation),
      type: 'subscription.made',
      data: { subscription, organisation, name: 'Feed', filter, channel: { kind: 'pull' } },
    });
    return subscription;
  }

  async subscriber(subscription: string): Promise<number> {
    const [row] = await this.log.query<{ subscriber: number }>(
      'SELECT subscriber FROM feed_subscribers WHERE subscription = $1',
      [subscription],
    );
    return row?.subscriber ?? 0;
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
       SELECT $1, q, 'pull', 0, 'ground.group', 0 FROM unnest($2::bigint[]) AS q ON CONFLICT DO NOTHING`,
      [await this.subscriber(subscription), sequences],
    );
  }
}

export function openFanOut(log: EventLog, atMost?: number): FanOut {
  const lease = log.lease(FAN_OUT_LEASE, { holder: randomUUID(), seconds: 30 });
  return new FanOut({ log, lease, recallHours: 72, ...(atMost === undefined ? {} : { atMost }) });
}

/** Marking that everybody of the community may see. */
export function greenOf(originator: string): Marking {
  return markingOf(originator, { tlp: 'GREEN' });
}

/** Marking for some recipients alone: organisations or groups. */
export function amberFor(originator: string, ...releasableTo: string[]): Marking {
  return markingOf(originator, { releasableTo });
}

function markingOf(originator: string, changes: Partial<Marking>): Marking {
  return {
    gsc: 'OFFICIAL',
    tlp: 'AMBER',
    handling: ['P'],
    conditions: [],
    releasableTo: [],
    originator,
    compartment: null,
    ...changes,
  };
}

export function organisationEvent(organisation: string): { stream: string; source: string } {
  return { stream: `organisation-${organisation}`, source: organisation };
}

export function subscriptionEvent(subscription: string, organisation: string): { stream: string; source: string } {
  return { stream: `subscription-${subscription}`, source: organisation };
}
