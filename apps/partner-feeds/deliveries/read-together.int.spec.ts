import pg from 'pg';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import { FeedStand, GREEN, type SubscribedFeed } from '../../../test/support/feed-stand.js';
import type { Answer, Asked } from './asked.js';
import type { Delivery } from './delivery.js';
import { Deliveries } from './deliveries.js';

const STRICT = { ...GREEN, tlp: 'AMBER+STRICT' };
const ALL = { after: 0, limit: 10, channel: 'sse' } as const;

let stand: FeedStand;
let deliveries: Deliveries;
/** A session of its own, as fan-out or another process has it. */
let other: pg.Client;

beforeAll(async () => {
  stand = await FeedStand.open('read-together');
  deliveries = new Deliveries(stand.log, Buffer.alloc(32, 3));
  other = new pg.Client({ connectionString: stand.store.store.url });
  await other.connect();
}, STARTUP_MS);
afterEach(() => other.query('ROLLBACK'));
afterAll(async () => {
  await other?.end();
  await stand?.close();
});

const asking = (feed: SubscribedFeed, changes: Partial<Asked> = {}): Asked => ({
  ...ALL,
  subscriber: { ...feed, reader: `reader-${feed.subscriber}`, correlationId: `trace-${feed.subscriber}` },
  ...changes,
});

async function filled(slots = 2, organisation = ORGANISATIONS.partner.organisation): Promise<SubscribedFeed> {
  const feed = await stand.subscribed(organisation);
  const said = await stand.said();
  for (let n = 0; n < slots; n += 1) await stand.slot(feed, said);
  return feed;
}

/** Sequences that were delivered, or why none was. */
const outcome = (answer: Answer | undefined): unknown => {
  if (answer === undefined || 'busy' in answer) return 'busy';
  return 'refused' in answer ? answer.refused.message : answer.deliveries.map(({ sequence }) => sequence);
};

interface Recorded {
  subscriber: number;
  sequence: number;
  basis: string;
  ids: string[];
}
/** What ledger and audit say of a feed. */
const recorded = (subscriber: number) =>
  stand.log.query<Recorded>(
    `SELECT l.sequence, l.channel, l.audience, l.basis, a.organisation, a.subject, a.purpose, a.ids, a.recipients, a.reason,
       a.policy, a.correlation_id
     FROM feed_ledger l JOIN audit a ON a.seq = l.audit WHERE l.subscriber = $1 ORDER BY l.sequence`,
    [subscriber],
  );

const waits = () =>
  until('nobody waits for a lock', async () => {
    const rows = await stand.log.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      [],
    );
    return rows.length > 0;
  });

describe('feeds that are read together', () => {
  it('get each what it would get alone, in ledger and audit too, whoever else gets the same event', async () => {
    const { partner, border, coastal } = ORGANISATIONS;
    const said = [await stand.said(), await stand.said(STRICT), await stand.said()];
    /** The same feeds twice: one is read alone, the other together with the rest. */
    const made = async (): Promise<Asked[]> => {
      const feeds: SubscribedFeed[] = [];
      for (const { organisation } of [partner, border, coastal, partner, partner]) {
        const feed = await stand.subscribed(organisation);
        for (const one of said) await stand.slot(feed, one);
        feeds.push(feed);
      }
      const [mixed, wholly, own, live, short] = feeds;
      await stand.slot(mixed!, said[0]!, { kind: 'recall', sequences: [1, 3], state: 'pending' });
      for (const feed of [mixed, live]) await stand.ended(feed!, 3);
      await stand.store.owner.query(`UPDATE feed_notices SET due_at = '2026-12-01'`);
      return [
        asking(mixed!),
        asking(wholly!, { channel: 'webhook' }),
        asking(own!, { after: 1 }),
        asking(live!, { only: 'live', upTo: 3 }),
        asking(short!, { limit: 1 }),
      ];
    };
    const [alone, together] = [await made(), await made()];
    const oneByOne: Delivery[][] = [];
    for (const { subscriber, ...range } of alone) oneByOne.push(await deliveries.read(subscriber, range));
    const answers = await deliveries.readTogether(together);
    for (const [i, { subscriber }] of together.entries()) {
      const twin = alone[i]!.subscriber;
      const names = new Map<string, string>([[`reader-${subscriber.subscriber}`, `reader-${twin.subscriber}`]]);
      names.set(`trace-${subscriber.subscriber}`, `trace-${twin.subscriber}`);
      for (const sequence of [1, 2, 3, 4]) {
        const [mine, its] = [await deliveries.nameOf(subscriber, sequence), await deliveries.nameOf(twin, sequence)];
        if (mine !== undefined && its !== undefined)
          names.set(mine.cursor, its.cursor).set(mine.delivery, its.delivery);
      }
      const renamed = (value: unknown): unknown =>
        JSON.parse(JSON.stringify(value), (_, text: unknown) => names.get(text as string) ?? text);
      expect(renamed(answers[i])).toEqual({ deliveries: JSON.parse(JSON.stringify(oneByOne[i])) as unknown });
      expect(renamed(await recorded(subscriber.subscriber))).toEqual(await recorded(twin.subscriber));
    }
    expect(answers.map(outcome)).toEqual([[1, 2, 3, 4], [1, 2, 3], [2, 3], [1, 2], [1]]);
  });

  it('of one subscriber, for two of its readers, are recorded once in the ledger and for each reader in the audit', async () => {
    const feed = await filled(2);
    const readers = ['reader-a', 'reader-b'].map((reader) => asking(feed, { subscriber: { ...feed, reader } }));
    expect((await deliveries.readTogether(readers)).map(outcome)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const rows = await recorded(feed.subscriber);
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2]);
    const audited = await stand.log.query<{ subject: string }>(
      'SELECT subject FROM audit WHERE ids @> $1 ORDER BY seq',
      [rows[0]!.ids],
    );
    expect(audited.map(({ subject }) => subject)).toEqual(['reader-a', 'reader-b']);
  });

  it('do not lose anything by one of them that is paused, unknown, or holds what cannot be read', async () => {
    const { owner } = stand.store;
    const [one, paused, spoilt, another] = [await filled(), await filled(), await filled(), await filled()];
    await owner.query(`UPDATE subscriptions SET state = 'paused', reason = 'Holidays.' WHERE subscription = $1`, [
      paused.subscription,
    ]);
    const said = await stand.said();
    await stand.slot(spoilt, said);
    await stand.slot(another, said);
    await stand.ended(another, 3);
    await owner.query(`UPDATE events SET body = '{"specversion":"1.0"}' WHERE id = $1`, [said.id]);
    const unknown = { ...one, subscriber: 999_999 };
    const answers = await deliveries.readTogether([one, paused, unknown, spoilt, another].map((feed) => asking(feed)));
    expect(answers.map(outcome)).toEqual([
      [1, 2],
      'The subscription is paused: Holidays.',
      'there is no subscriber 999999',
      `An event of ${said.stream} cannot be read here just now.`,
      [1, 2, 3],
    ]);
    const rows = await Promise.all([paused, spoilt, another].map(({ subscriber }) => recorded(subscriber)));
    expect(rows.map(({ length }) => length)).toEqual([0, 0, 2]);
  });

  it('do not wait for whoever takes something back from one of them, and that one can be waited for alone', async () => {
    const [one, taken, another] = [await filled(), await filled(), await filled()];
    await other.query('BEGIN');
    await stand.takesBack(other, [taken]);
    const answers = await deliveries.readTogether([one, taken, another].map((feed) => asking(feed)));
    expect(answers.map(outcome)).toEqual([[1, 2], 'busy', [1, 2]]);
    expect(await recorded(taken.subscriber)).toEqual([]);
    const alone = deliveries.read(asking(taken).subscriber, ALL);
    await waits();
    await other.query('UPDATE feed_slots SET ended = position WHERE subscriber = $1', [taken.subscriber]);
    await other.query('COMMIT');
    expect((await alone).map((delivery) => 'withheld' in delivery)).toEqual([true, true]);
  });

  it('keep whoever takes something back waiting until all that leaves is in the ledger, and nobody who appends', async () => {
    const { owner } = stand.store;
    const feeds = [await filled(), await filled(), await filled()];
    // Holds the batch where it has decided and is recording.
    await owner.query('BEGIN');
    await owner.query(
      `INSERT INTO feed_ledger (subscriber, sequence, channel, audience, basis, audit) VALUES ($1, 2, 'sse', 0, '', 0)`,
      [feeds[2]!.subscriber],
    );
    const reading = deliveries.readTogether(feeds.map((feed) => asking(feed)));
    await waits();
    await other.query(`UPDATE feed_subscribers SET sequence = 3 WHERE subscriber = $1`, [feeds[0]!.subscriber]);
    await other.query('BEGIN');
    const subscribers = feeds.map(({ subscriber }) => subscriber);
    let stopped = false;
    const stopping = stand.takesBack(other, feeds).then(() => (stopped = true));
    await until('nobody waits behind the batch', async () => {
      const [row] = await stand.log.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        [],
      );
      return row?.n === 2;
    });
    expect(stopped).toBe(false);
    await owner.query('ROLLBACK');
    await stopping;
    const { rows } = await other.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM feed_ledger WHERE subscriber = ANY ($1)',
      [subscribers],
    );
    expect(rows).toEqual([{ n: 6 }]);
    expect((await reading).map(outcome)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });
});
