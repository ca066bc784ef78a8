import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import type { EventLog, Lease } from '#event-log';
import { bodyOf, ownMarking } from '#events';
import { Alarms, createLogger } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import { BREAKS, breakingOff, type Break } from '../../../test/support/breaking-off.js';
import { FeedStand, GREEN, type SubscribedFeed } from '../../../test/support/feed-stand.js';
import { TIMEKEEPER_LEASE, Timekeeper } from '../timekeeper.js';
import { TimekeeperMetrics } from '../timekeeper-metrics.js';
import { agreementDates } from './agreement-dates.js';
import { keyEndings } from './key-endings.js';
import { NoticeSettings } from './notice-settings.js';
import { overdueRecalls } from './overdue-recalls.js';

let stand: FeedStand;
let lease: Lease;
beforeAll(async () => {
  stand = await FeedStand.open('timekeeper-feeds');
  lease = stand.log.lease(TIMEKEEPER_LEASE, { holder: 'spec', seconds: 600 });
  await lease.take();
}, STARTUP_MS);
afterAll(() => stand?.close());

const settings = new NoticeSettings();
const never = new AbortController().signal;
const coastal = ORGANISATIONS.coastal.organisation;
const partner = ORGANISATIONS.partner.organisation;

/** An agreement whose first and last moments are so far from now, as an interval. */
async function agreement(starts: string, ends: string | null): Promise<string> {
  const id = randomUUID();
  const parties = [coastal, partner];
  const body = bodyOf('agreement.made', { agreement: id, group: `g-${id}`, title: 'A', parties, from: '2026-01-01' });
  await stand.append(`agreement-${id}`, 0, { body, marking: ownMarking(coastal, { releasableTo: [partner] }) });
  await stand.store.owner.query(
    `INSERT INTO agreements (agreement, "group", title, made_by, starts, ends)
     VALUES ($1, $2, 'A', $3, now() + $4::interval, now() + $5::interval)`,
    [id, `g-${id}`, coastal, starts, ends],
  );
  return id;
}
async function typesOf(stream: string): Promise<string[]> {
  const { rows } = await stand.store.owner.query<{ type: string }>(
    'SELECT type FROM events WHERE stream = $1 AND stream_version > 1 ORDER BY stream_version',
    [stream],
  );
  return rows.map(({ type }) => type);
}

describe('the dates of agreements', () => {
  it('are told once each, in the stream of the agreement, under its marking', async () => {
    const cases: [string, string | null, string[]][] = [
      ['-3 years', null, ['agreement.began']],
      ['-1 hour', '3 days', ['agreement.began', 'agreement.ending']],
      ['-1 year', '-1 second', ['agreement.lapsed']],
      ['1 hour', '30 days', []],
    ];
    const made: string[] = [];
    for (const [starts, ends] of cases) made.push(await agreement(starts, ends));
    for (let run = 0; run < 2; run += 1) await agreementDates({ log: stand.log, lease, settings }).run(never);
    for (const [place, [, , expected]] of cases.entries())
      expect(await typesOf(`agreement-${made[place]}`)).toEqual(expected);
    const { rows } = await stand.store.owner.query<{ body: string }>(
      `SELECT body FROM events WHERE stream = $1 AND type = 'agreement.began'`,
      [`agreement-${made[0]}`],
    );
    expect(JSON.parse(rows[0]!.body)).toMatchObject({ marking: { originator: coastal, releasableTo: [partner] } });
    const untold = await stand.store.owner.query(`SELECT 1 FROM agreements WHERE agreement = $1 AND told = '{}'`, [
      made[0],
    ]);
    expect(untold.rowCount).toBe(0);
  });

  it('are told once by two timekeepers, whose every other act breaks off before, in or after its transaction', async () => {
    await lease.release();
    const made: string[] = [];
    while (made.length < 10) made.push(await agreement('-1 hour', '1 day'));
    let acts = 0;
    const broken = new Set<Break>();
    const breaking = breakingOff(stand.log, () => {
      acts += 1;
      const at = acts % 2 === 0 ? BREAKS[(acts / 2) % BREAKS.length] : undefined;
      if (at !== undefined) broken.add(at);
      return at;
    });
    const stop = new AbortController();
    const keepers = ['first', 'second'].map((holder) => working(breaking, holder, stop.signal));
    await until('not every date was told', async () => {
      await stand.store.owner.query(`UPDATE leases SET until = now() - interval '1 second' WHERE name = $1`, [
        TIMEKEEPER_LEASE,
      ]);
      const { rowCount } = await stand.store.owner.query(
        `SELECT 1 FROM agreements WHERE starts <= now() AND told = '{}'`,
      );
      return rowCount === 0;
    });
    stop.abort();
    await Promise.all(keepers);
    expect(broken).toEqual(new Set(BREAKS));
    for (const id of made) expect(await typesOf(`agreement-${id}`)).toEqual(['agreement.began', 'agreement.ending']);
    expect(await lease.take()).toBe(true);
  });
});

function working(log: EventLog, holder: string, signal: AbortSignal): Promise<void> {
  const figures = new Registry();
  const logger = createLogger('timekeeper', 'info', { write: () => undefined });
  const own = log.lease(TIMEKEEPER_LEASE, { holder, seconds: 1 });
  const alarms = new Alarms('timekeeper', logger, figures);
  const duties = [agreementDates({ log, lease: own, settings })];
  return new Timekeeper({ log, lease: own, duties, alarms, metrics: new TimekeeperMetrics(figures), logger }).run(
    signal,
  );
}

describe('a key that was rotated away', () => {
  it('is told of once before it signs no more, and the subscription counts as unchanged', async () => {
    const subscription = randomUUID();
    const stream = `subscription-${subscription}`;
    const overlapUntil = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
    const channel = { kind: 'webhook', url: 'https://partner.example/', payload: 'thin' } as const;
    const marking = ownMarking(partner, { tlp: 'AMBER+STRICT' });
    const made = { subscription, organisation: partner, name: 'A', filter: {}, channel };
    await stand.append(stream, 0, { marking, body: bodyOf('subscription.made', made) });
    await stand.append(stream, 1, {
      marking,
      body: bodyOf('subscription.key-rotated', { subscription, key: 2, overlapUntil }),
    });
    await stand.store.owner.query(
      `INSERT INTO subscriptions (subscription, organisation, name, state, filter, channel, key, key_overlap_until, version, made_at)
       VALUES ($1, $2, 'A', 'active', '{}', $3, 2, $4, 2, now())`,
      [subscription, partner, JSON.stringify(channel), overlapUntil],
    );
    for (let run = 0; run < 2; run += 1) await keyEndings({ log: stand.log, lease, settings }).run(never);
    expect(await typesOf(stream)).toEqual(['subscription.key-rotated', 'subscription.key-ending']);
    const { rows } = await stand.store.owner.query(
      'SELECT version, key_told FROM subscriptions WHERE subscription = $1',
      [subscription],
    );
    expect(rows).toEqual([{ version: 2, key_told: 2 }]);
  });
});

describe('a recall that nobody answered in time', () => {
  const late = (feed: SubscribedFeed, sequence: number): Promise<unknown> =>
    stand.store.owner.query(
      `UPDATE feed_notices SET due_at = now() - interval '1 second' WHERE subscriber = $1 AND sequence = $2`,
      [feed.subscriber, sequence],
    );

  it('is overdue, and each originator is told once of its own items and of no place in the sequence', async () => {
    const border = ORGANISATIONS.border.organisation;
    const feed = await stand.subscribed();
    const [ours, theirs] = [await stand.said(), await stand.said({ ...GREEN, originator: border })];
    await stand.slot(feed, ours);
    await stand.slot(feed, theirs);
    const open = await stand.slot(feed, ours, { kind: 'recall', sequences: [1], state: 'pending' });
    const recall = await stand.slot(feed, ours, {
      kind: 'recall',
      sequences: [1, 2],
      state: 'pending',
      reason: 'departed',
    });
    await late(feed, recall);
    const duty = overdueRecalls({ log: stand.log });
    await Promise.all([duty.run(never), duty.run(never)]);
    await duty.run(never);
    const states = await stand.store.owner.query(
      'SELECT sequence::int, state FROM feed_notices WHERE subscriber = $1 ORDER BY 1',
      [feed.subscriber],
    );
    expect(states.rows).toEqual([
      { sequence: open, state: 'pending' },
      { sequence: recall, state: 'overdue' },
    ]);
    const told = await stand.store.owner.query<{ organisation: string; details: object }>(
      `SELECT organisation, details FROM notices WHERE kind = 'recall.overdue' ORDER BY organisation`,
    );
    const dueAt = expect.any(String) as string;
    const common = { recipient: partner, reason: 'departed', count: 1, dueAt };
    expect(told.rows).toEqual([
      { organisation: coastal, details: { ...common, items: [ours.stream] } },
      { organisation: border, details: { ...common, items: [theirs.stream] } },
    ]);
  });
});
