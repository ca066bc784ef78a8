import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compiled } from '../../../infra/local/stack/app-process.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { openTestFeedsApp, type TestFeedsApp } from '../../../test/support/feeds-app.js';
import { FeedClient } from './feed-client.js';
import { follow, type FollowOptions, type Step } from './follow.js';
import { Follower, nothingFollowed } from './follower.js';
import { keepState, readState } from './kept-state.js';

let feeds: TestFeedsApp;
let folder: string;
const stop = new AbortController();

beforeAll(async () => {
  feeds = await openTestFeedsApp('follow');
  folder = await mkdtemp(join(tmpdir(), 'breakwater-follow-'));
}, STARTUP_MS);
afterAll(async () => {
  stop.abort();
  await feeds?.close();
  await rm(folder, { recursive: true });
});

const clientOf = (feed: string): FeedClient =>
  new FeedClient({ url: feeds.address, token: () => feeds.stand.store.tokenOf('partner-feed') }, feed);

async function toEnd(follower: Follower, options: Partial<FollowOptions> = {}): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of follow(clientOf(follower.feed), follower, { once: true, signal: stop.signal, ...options }))
    steps.push(step);
  return steps;
}

describe('following a feed', () => {
  it('goes from everything that was to what is new, keeps its place in a file, and proves that nothing is missing', async () => {
    const { stand } = feeds;
    const feed = await stand.subscribed();
    const said = await stand.said();
    await stand.slot(feed, said);
    await stand.slot(feed, await stand.said());
    await stand.ended(feed, 2);
    const file = join(folder, 'kept.json');
    const follower = new Follower(await readState(file, feed.subscription));
    const live = follow(clientOf(feed.subscription), follower, { signal: stop.signal });
    const next = async () => ((await live.next()).value as Step).taken;
    expect([await next(), await next(), await next()]).toEqual(['event', 'withheld', 'verified']);
    const more = next();
    await stand.slot(feed, said, { kind: 'recall', sequences: [1], state: 'pending' });
    expect(await more).toBe('notice');
    await keepState(file, follower.kept());
    await live.return(undefined);
    await stand.slot(feed, await stand.said());
    const again = new Follower(await readState(file, feed.subscription));
    expect((await toEnd(again)).map(({ taken }) => taken)).toEqual(['event', 'verified']);
    await expect(readState(file, 'another')).rejects.toMatchObject({ code: 'follow.state' });
  });

  it('begins with a snapshot where that is asked for', async () => {
    const { stand } = feeds;
    const feed = await stand.subscribed();
    for (let n = 0; n < 3; n += 1) await stand.slot(feed, await stand.said());
    await stand.ended(feed, 1);
    const steps = await toEnd(new Follower(nothingFollowed(feed.subscription)), { snapshot: true });
    expect(steps.map(({ taken }) => taken)).toEqual(['event', 'event', 'snapshot', 'verified']);
  });

  it('says so when something was lost on the way, and what the server refuses', async () => {
    const { stand } = feeds;
    const feed = await stand.subscribed();
    for (let n = 0; n < 3; n += 1) await stand.slot(feed, await stand.said());
    const follower = new Follower(nothingFollowed(feed.subscription));
    await toEnd(follower);
    const kept = follower.kept();
    await expect(toEnd(new Follower({ ...kept, digest: '0'.repeat(64) }))).rejects.toMatchObject({
      code: 'follow.lost',
    });
    await stand.slot(feed, await stand.said());
    await expect(toEnd(new Follower({ ...kept, sequence: 2 }))).rejects.toMatchObject({ code: 'follow.lost' });
    const cursor = kept.cursor!.replace(/-3-/, '-9-');
    await expect(toEnd(new Follower({ ...kept, cursor }))).rejects.toMatchObject({ code: 'feed.cursor-ahead' });
  });

  it('ends where the server says that it is over', async () => {
    const { stand } = feeds;
    const feed = await stand.subscribed();
    await stand.slot(feed, await stand.said());
    const live = follow(clientOf(feed.subscription), new Follower(nothingFollowed(feed.subscription)), {
      signal: stop.signal,
    });
    await live.next();
    await live.next();
    const closing = live.next();
    await stand.store.owner.query(`UPDATE subscriptions SET state = 'ended' WHERE subscription = $1`, [
      feed.subscription,
    ]);
    expect((await closing).value).toMatchObject({ taken: 'closing', closing: { code: 'subscription.ended' } });
    expect(await live.next()).toMatchObject({ done: true });
  });
});

describe('npm run follow', () => {
  const run = async (...args: string[]) => {
    const env = {
      PATH: process.env['PATH'],
      BREAKWATER_FEEDS_URL: feeds.address,
      BREAKWATER_TOKEN: await feeds.stand.store.tokenOf('partner-feed'),
    };
    const program = compiled('apps', 'partner-feeds', 'follow', 'main.js');
    return promisify(execFile)(process.execPath, [program, ...args], { cwd: folder, env }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };

  it('follows the test collection to its end, and keeps where it stands', async () => {
    const { stdout } = await run('test', '--once');
    expect(stdout).toMatch(
      /^#1 {2}assertion\.made .*\n(.*\n)*Complete up to #13: .*\n6 statements, 1 withheld, 6 notices; 4 held\./,
    );
    expect(await readState(join(folder, 'feed-test.json'), 'test')).toMatchObject({ sequence: 13 });
  });

  it('tells a loss by its exit code', async () => {
    const lost = { ...nothingFollowed('test'), sequence: 13, digest: '0'.repeat(64) };
    await keepState(join(folder, 'lost.json'), lost);
    expect(await run('test', '--once', '--state', 'lost.json')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('is not what was sent') as string,
    });
  });
});
