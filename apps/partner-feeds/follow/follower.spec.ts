import { TestFeed } from '../test-collection/test-feed.js';
import type { Delivery } from '../deliveries/delivery.js';
import { Follower, nothingFollowed, type Received, type ReceivedEvent } from './follower.js';
import { stepLines } from './step-text.js';

const feed = new TestFeed(Buffer.alloc(32, 6));
let all: Received[];
let digest: string;

beforeAll(async () => {
  all = (await feed.read({ after: 0, limit: 100 })).map(({ added: _, ...one }: Delivery) => one as Received);
  digest = await feed.digestAt(all.length);
});

describe('a follower', () => {
  it('takes every delivery once and in order, and proves that it has them all', () => {
    const follower = new Follower(nothingFollowed('test'));
    const taken = all.map((one) => follower.take(one).taken);
    expect(new Set(taken)).toEqual(new Set(['event', 'withheld', 'notice']));
    follower.verify(digest);
    expect(follower.take(all[0]!).taken).toBe('again');
    follower.verify(digest);
  });

  it('goes on from what was kept, wherever that was', () => {
    for (let kept = 0; kept <= all.length; kept += 1) {
      const first = new Follower(nothingFollowed('test'));
      for (const one of all.slice(0, kept)) first.take(one);
      const second = new Follower(JSON.parse(JSON.stringify(first.kept())) as ReturnType<Follower['kept']>);
      for (const one of all) second.take(one);
      second.verify(digest);
      expect(second.cursor).toBe(all.at(-1)?.cursor);
    }
  });

  it('says so when something is missing, exchanged, or withheld from the count', () => {
    const without = (at: number) => () => {
      const follower = new Follower(nothingFollowed('test'));
      for (const one of all.toSpliced(at, 1)) follower.take(one);
      follower.verify(digest);
    };
    for (let at = 0; at < all.length; at += 1)
      expect(without(at)).toThrow(expect.objectContaining({ code: 'follow.lost' }));
    const follower = new Follower(nothingFollowed('test'));
    for (const one of all) follower.take({ ...one, delivery: one.sequence === 3 ? 'another' : one.delivery });
    expect(() => follower.verify(digest)).toThrow(expect.objectContaining({ code: 'follow.lost' }));
  });

  it('takes back what is recalled or corrected, keeps what is only graded anew, and answers what asks for it', () => {
    const follower = new Follower(nothingFollowed('test'));
    const notices = all.map((one) => follower.take(one)).filter((one) => one.taken === 'notice');
    expect(
      notices.map(({ received, gone, answer }) => [received.notice.notice, gone.map(({ record }) => record), answer]),
    ).toEqual([
      ['regraded', [], 'applied'],
      ['recall', ['assertion-00000000-0000-7000-8000-000000000002'], 'applied'],
      ['corrected', ['removal-00000000-0000-7000-8000-000000000900'], 'applied'],
      ['epoch', [], undefined],
      ['key-ends', [], undefined],
      ['agreement-ends', [], undefined],
    ]);
    const held = Object.values(follower.kept().held).map(({ record }) => record);
    expect(held).not.toContain('assertion-00000000-0000-7000-8000-000000000002');
    expect(held).toHaveLength(4);
    const late = new Follower({ ...nothingFollowed('test'), sequence: 7 });
    expect(late.take(all[7]!)).toMatchObject({ gone: [], answer: 'not-held' });
  });

  it('knows an event that comes again under another delivery', () => {
    const follower = new Follower(nothingFollowed('test'));
    const first = all[0]!;
    expect(follower.take(first)).toMatchObject({ repeated: false });
    expect(follower.take({ ...first, sequence: 2, delivery: 'another' })).toMatchObject({ repeated: true });
  });

  it('goes on behind a snapshot, and begins anew when that broke off', async () => {
    const live = (await feed.read({ after: 0, limit: 100, only: 'live', upTo: 9 })) as unknown as Received[];
    const follower = new Follower(nothingFollowed('test'));
    for (const one of live) follower.takeOfSnapshot(one);
    expect(follower.kept()).toMatchObject({ sequence: 0 });
    follower.endSnapshot({ sequence: 9, digest: await feed.digestAt(9), cursor: await feed.cursorAt(9) });
    for (const one of all.slice(9)) follower.take(one);
    follower.verify(digest);
  });
});

describe('what is printed of a step', () => {
  it('is a line for people in which nothing acts on the terminal', () => {
    const follower = new Follower(nothingFollowed('test'));
    const first = all[0] as ReceivedEvent;
    const hostile = {
      ...first,
      event: { ...first.event, data: { ...first.event.data, reason: '\u001B[2Jx\u202Ey\nz' } },
    };
    const [line = ''] = stepLines(follower.take(hostile));
    expect(line).toMatch(/^#1 {2}assertion\.made {2}OFFICIAL \/\/ TLP:GREEN {2}3x5x2 2B/);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(all.slice(1).flatMap((one) => stepLines(follower.take(one)))).toEqual(
      expect.arrayContaining([
        '#5  withheld',
        '#8  RECALL (assertion.withdrawn): 1 named, 1 taken back, answer applied',
        '     not to be used any more: assertion-00000000-0000-7000-8000-000000000002',
      ]),
    );
  });
});
