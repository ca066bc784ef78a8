import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import { FeedStand, GREEN, type SubscribedFeed } from '../../../test/support/feed-stand.js';
import type { Subscriber } from './asked.js';
import { Deliveries } from './deliveries.js';
import { deliveryId, FIRST_DIGEST, nextDigest } from './delivery-id.js';

const KEY = Buffer.alloc(32, 3);
const PARTNER = ORGANISATIONS.partner.organisation;
const STRICT = { ...GREEN, tlp: 'AMBER+STRICT' };

let stand: FeedStand;
let deliveries: Deliveries;

beforeAll(async () => {
  stand = await FeedStand.open('deliveries');
  deliveries = new Deliveries(stand.log, KEY);
}, STARTUP_MS);
afterAll(() => stand?.close());

const reading = (feed: SubscribedFeed): Subscriber => ({ ...feed, reader: 'partner-feed' });
const ledger = async ({ subscriber }: SubscribedFeed) =>
  stand.log.query<{ sequence: number; channel: string; basis: string; audit: number }>(
    'SELECT sequence, channel, basis, audit FROM feed_ledger WHERE subscriber = $1 ORDER BY sequence, channel',
    [subscriber],
  );

describe('deliveries', () => {
  it('come in order with what partners get, and are in ledger and audit before they are returned', async () => {
    const feed = await stand.subscribed();
    const said = [await stand.said(), await stand.said()];
    for (const one of said) await stand.slot(feed, one);
    const read = await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' });
    expect(read).toEqual(
      said.map(({ id, stream }, i) => ({
        sequence: i + 1,
        delivery: deliveryId(KEY, feed.subscription, i + 1, id),
        cursor: `1-${i + 1}-${deliveryId(KEY, feed.subscription, i + 1, id)}`,
        added: 256 * (i + 1),
        kind: 'event',
        event: expect.objectContaining({ id, subject: stream, marking: 'OFFICIAL // TLP:GREEN' }) as object,
      })),
    );
    const rows = await ledger(feed);
    expect(rows.map(({ audit: _, ...row }) => row)).toEqual([
      { sequence: 1, channel: 'pull', basis: 'ground.community' },
      { sequence: 2, channel: 'pull', basis: 'ground.community' },
    ]);
    const audited = await stand.log.query<object>(
      'SELECT act, organisation, subject, ids, recipients, reason FROM audit WHERE seq = $1',
      [rows[0]?.audit],
    );
    expect(audited).toEqual([
      {
        act: 'disclosure',
        organisation: PARTNER,
        subject: 'partner-feed',
        ids: [...read.map(({ delivery }) => delivery), ...said.map(({ stream }) => stream)],
        recipients: [PARTNER],
        reason: 'feed.pull',
      },
    ]);
  });

  it('that go out again are one row more of the audit and none of the ledger, and say that they are held', async () => {
    const feed = await stand.subscribed();
    await stand.slot(feed, await stand.said());
    await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' });
    const [again] = await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' });
    await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'sse' });
    expect(again).toMatchObject({ held: true });
    expect((await ledger(feed)).map(({ channel }) => channel)).toEqual(['pull', 'sse']);
    const delivery = again!.delivery;
    const rows = await stand.log.query<object>('SELECT FROM audit WHERE $1 = ANY (ids)', [delivery]);
    expect(rows).toHaveLength(3);
  });

  it('follow the policy of now: regraded, ended, rights gone; what is withheld is in no ledger, and the digest stays', async () => {
    const feed = await stand.subscribed();
    const [regraded, open, over] = [await stand.said(), await stand.said(), await stand.said()];
    for (const one of [regraded, open, over]) await stand.slot(feed, one);
    const before = await deliveries.digestAt(reading(feed), 3);
    await stand.regraded(regraded, STRICT);
    await stand.ended(feed, 3);
    const read = await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' });
    const ids = [regraded, open, over].map(({ id }, i) => deliveryId(KEY, feed.subscription, i + 1, id));
    expect(read.map(({ added: _, cursor: __, ...rest }) => rest)).toEqual([
      { sequence: 1, delivery: ids[0], withheld: true },
      { sequence: 2, delivery: ids[1], kind: 'event', event: expect.objectContaining({ id: open.id }) as object },
      { sequence: 3, delivery: ids[2], withheld: true },
    ]);
    expect((await ledger(feed)).map(({ sequence }) => sequence)).toEqual([2]);
    expect(await deliveries.digestAt(reading(feed), 3)).toBe(before);
    const digest = ids.reduce<Buffer>((at, id, i) => nextDigest(at, i + 1, id), FIRST_DIGEST);
    expect(before).toBe(digest.toString('hex'));
  });

  it('of what is compartmented or RED never leave, not even to the organisation that said it', async () => {
    const own = { ...GREEN, originator: PARTNER };
    const feed = await stand.subscribed();
    for (const marking of [{ ...own, tlp: 'RED' }, { ...own, compartment: 'saltmarsh' }, own])
      await stand.slot(feed, await stand.said(marking));
    const read = await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' });
    expect(read.map((one) => 'withheld' in one)).toEqual([true, true, false]);
  });

  it('after the subscription has ended, or its organisation has left, are notices alone, which name what is held', async () => {
    const feed = await stand.subscribed(ORGANISATIONS.border.organisation);
    const said = await stand.said();
    await stand.slot(feed, said);
    const [first] = await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' });
    await stand.slot(feed, said, { kind: 'recall', sequences: [1], state: 'pending', reason: 'departed' });
    const withheldThenNotice = [
      expect.objectContaining({ sequence: 1, withheld: true }) as object,
      expect.objectContaining({
        sequence: 2,
        kind: 'notice',
        notice: {
          notice: 'recall',
          reason: 'departed',
          deliveries: [first?.delivery],
          answerBy: expect.any(String) as string,
          state: 'pending',
        },
      }) as object,
    ];
    const { owner } = stand.store;
    await owner.query('UPDATE organisations SET departed_at = now() WHERE organisation = $1', [feed.organisation]);
    expect(await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' })).toEqual(withheldThenNotice);
    await owner.query('UPDATE organisations SET departed_at = NULL WHERE organisation = $1', [feed.organisation]);
    await owner.query(`UPDATE subscriptions SET state = 'ended' WHERE subscription = $1`, [feed.subscription]);
    expect(await deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' })).toEqual(withheldThenNotice);
    await owner.query(`UPDATE subscriptions SET state = 'paused', reason = 'Holidays.' WHERE subscription = $1`, [
      feed.subscription,
    ]);
    await expect(deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' })).rejects.toMatchObject({
      code: 'subscription.paused',
      message: expect.stringContaining('Holidays.') as string,
    });
  });

  it('wait for whoever holds the subscriber, and are decided by what was committed meanwhile', async () => {
    const feed = await stand.subscribed();
    await stand.slot(feed, await stand.said());
    const { owner } = stand.store;
    await owner.query('BEGIN');
    await stand.takesBack(owner, [feed]);
    const read = deliveries.read(reading(feed), { after: 0, limit: 10, channel: 'pull' });
    await until('nobody waits for the lock', async () => {
      const { rows } = await owner.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return rows.length > 0;
    });
    await owner.query('UPDATE feed_slots SET ended = position WHERE subscriber = $1', [feed.subscriber]);
    await owner.query('COMMIT');
    expect(await read).toEqual([expect.objectContaining({ withheld: true })]);
    expect(await ledger(feed)).toEqual([]);
  });

  it('are read from their own feed only; anybody else’s is not there, like one that is no id at all', async () => {
    const feed = await stand.subscribed();
    const viewer = { organisation: PARTNER, subject: 'partner-feed' };
    expect(await deliveries.subscriberOf(viewer, feed.subscription)).toEqual(reading(feed));
    const stranger = { organisation: ORGANISATIONS.border.organisation, subject: 'border-feed' };
    for (const [who, id] of [
      [stranger, feed.subscription],
      [viewer, 'nonsense'],
      [viewer, feed.organisation],
    ] as const)
      await expect(deliveries.subscriberOf(who, id)).rejects.toMatchObject({
        kind: 'NotFound',
        code: 'subscription.unknown',
      });
  });

  it('go on where a cursor stands; one of another feed or from the future is refused', async () => {
    const [feed, other] = [await stand.subscribed(), await stand.subscribed()];
    const said = await stand.said();
    for (const one of [feed, feed, other]) await stand.slot(one, said);
    const { cursor, sequence } = await deliveries.head(reading(feed));
    expect({ sequence, place: await deliveries.placeOf(reading(feed), cursor) }).toEqual({ sequence: 2, place: 2 });
    const begin = await deliveries.cursorAt(reading(feed), 0);
    expect(await deliveries.placeOf(reading(feed), begin)).toBe(0);
    const foreign = await deliveries.cursorAt(reading(other), 1);
    await expect(deliveries.placeOf(reading(feed), foreign)).rejects.toMatchObject({ code: 'feed.cursor-foreign' });
    await expect(deliveries.placeOf(reading(other), cursor)).rejects.toMatchObject({ code: 'feed.cursor-ahead' });
    const name = await deliveries.nameOf(reading(feed), 2);
    expect(name?.cursor).toBe(cursor);
    expect(await deliveries.nameOf(reading(feed), 3)).toBeUndefined();
  });

  it('can be asked for the digest at any sequence, also behind those that are kept', async () => {
    const feed = await stand.subscribed();
    const said = await stand.said();
    await stand.store.owner.query(
      `WITH made AS (INSERT INTO feed_slots SELECT $1, n, $2, n * 256, 1, NULL FROM generate_series(1, 2500) AS n)
       UPDATE feed_subscribers SET sequence = 2500 WHERE subscriber = $1`,
      [feed.subscriber, said.position],
    );
    const expected: string[] = [];
    let digest: Buffer = FIRST_DIGEST;
    for (let n = 1; n <= 2_500; n += 1) {
      digest = nextDigest(digest, n, deliveryId(KEY, feed.subscription, n, said.id));
      expected[n] = digest.toString('hex');
    }
    for (const sequence of [2_500, 1, 1_000, 1_001, 1_999, 2_000, 2_500])
      expect(await deliveries.digestAt(reading(feed), sequence)).toBe(expected[sequence]);
    await expect(deliveries.digestAt(reading(feed), 2_501)).rejects.toMatchObject({ code: 'feed.cursor-ahead' });
  });
});
