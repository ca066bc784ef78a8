import { dataFault, isForPartners } from '#events';
import { NOTICES, type Delivery } from '../deliveries/delivery.js';
import { deliveryId, FIRST_DIGEST, nextDigest } from '../deliveries/delivery-id.js';
import { SYNTHETIC } from './synthetic.js';
import { TestFeed } from './test-feed.js';

const KEY = Buffer.alloc(32, 4);
const feed = new TestFeed(KEY);
const kindOf = (one: Delivery): string => ('withheld' in one ? 'withheld' : one.kind);

describe('the test collection', () => {
  it('holds valid events of types that partners get, each kind of notice, and something withheld', async () => {
    const events = SYNTHETIC.flatMap((one) => ('event' in one ? [one.event] : []));
    expect(events.map(({ body }) => [dataFault(body.type, body.data), isForPartners(body.type)])).toEqual(
      events.map(() => [undefined, true]),
    );
    const read = await feed.read({ after: 0, limit: 100 });
    expect(new Set(read.map(kindOf))).toEqual(new Set(['event', 'notice', 'withheld']));
    const notices = read.flatMap((one) => ('notice' in one ? [one.notice.notice] : []));
    expect(new Set(notices)).toEqual(new Set(NOTICES));
  });

  it('names places, cursors and digest as every feed does, and notices name what it has delivered', async () => {
    const read = await feed.read({ after: 0, limit: 100 });
    expect(read.map(({ sequence }) => sequence)).toEqual(SYNTHETIC.map((_, i) => i + 1));
    expect(read.map(({ delivery }) => delivery)).toEqual(
      SYNTHETIC.map(({ cause }, i) => deliveryId(KEY, 'test', i + 1, cause)),
    );
    const digest = read.reduce<Buffer>((at, one) => nextDigest(at, one.sequence, one.delivery), FIRST_DIGEST);
    const head = await feed.head();
    expect(await feed.digestAt(head.sequence)).toBe(digest.toString('hex'));
    for (const one of read) expect(await feed.placeOf(one.cursor)).toBe(one.sequence);
    const named = read.flatMap((one) => ('notice' in one ? one.notice.deliveries : []));
    expect(read.map(({ delivery }) => delivery)).toEqual(expect.arrayContaining(named));
    await expect(feed.digestAt(head.sequence + 1)).rejects.toMatchObject({ code: 'feed.cursor-ahead' });
    await expect(feed.placeOf(`1-99-${'x'.repeat(32)}`)).rejects.toMatchObject({ code: 'feed.cursor-ahead' });
    await expect(feed.placeOf(`1-1-${'x'.repeat(32)}`)).rejects.toMatchObject({ code: 'feed.cursor-foreign' });
  });

  it('gives pages and snapshots like every feed', async () => {
    expect((await feed.read({ after: 3, limit: 2 })).map(({ sequence }) => sequence)).toEqual([4, 5]);
    const live = await feed.read({ after: 0, limit: 100, only: 'live' });
    expect(live.map(kindOf)).not.toContain('withheld');
    expect(live.flatMap((one) => ('notice' in one ? [one.notice.state] : []))).toEqual([
      'pending',
      'pending',
      'pending',
    ]);
  });
});
