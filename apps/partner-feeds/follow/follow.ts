import { pause } from '#runtime';
import type { Closing } from '../streams/frames.js';
import type { FeedClient } from './feed-client.js';
import { FollowFailed } from './follow-failed.js';
import type { Follower, Received, Taken } from './follower.js';

/** What happened while a feed was followed. */
export type Step =
  | Taken
  | { taken: 'snapshot'; sequence: number }
  /** Everything up to here has come, and is what was sent. */
  | { taken: 'verified'; sequence: number; digest: string }
  | { taken: 'closing'; closing: Closing }
  /** The server could not be reached; it is asked again. */
  | { taken: 'waiting'; reason: string };

export interface FollowOptions {
  /** Begin with what stands instead of with everything that was ever sent. */
  snapshot?: boolean;
  /** End once everything that there is has come, and do not wait for more. */
  once?: boolean;
  signal: AbortSignal;
}

/** Deliveries between two looks at the digest. */
const VERIFY_EVERY = 100;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Follows a feed from where the follower stands: pages until everything has come, then the stream, and again when it breaks.
 * Whoever takes the steps does with each what it says and takes the next; what the follower keeps is then true.
 * @throws {@link FollowFailed} `follow.lost` where something is missing or is not what was sent; what the server refuses for good
 */
export async function* follow(client: FeedClient, follower: Follower, options: FollowOptions): AsyncGenerator<Step> {
  const { signal } = options;
  let snapshot = options.snapshot === true;
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      const steps = snapshot ? streamed(client, follower, 'snapshot', options) : caughtUp(client, follower, options);
      for await (const step of steps) {
        yield step;
        if (step.taken === 'snapshot') snapshot = false;
        if (step.taken === 'closing' && !step.closing.retriable) return;
        if (step.taken === 'verified' && options.once === true) return;
        wait = FIRST_WAIT_MS;
      }
    } catch (error) {
      if (signal.aborted) return;
      const reason = brokenOff(error);
      if (reason === undefined) throw error;
      yield { taken: 'waiting', reason };
    }
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Pages to the end, then the stream behind it. */
async function* caughtUp(client: FeedClient, follower: Follower, options: FollowOptions): AsyncGenerator<Step> {
  let { cursor } = follower;
  for (let more = true; more;) {
    const page = await client.page(cursor);
    for (const received of page.entries) yield follower.take(received);
    ({ cursor, more } = page);
  }
  yield await verified(client, follower);
  if (options.once !== true && cursor !== undefined) yield* streamed(client, follower, { cursor }, options);
}

async function* streamed(
  client: FeedClient,
  follower: Follower,
  where: { cursor: string } | 'snapshot',
  { signal }: FollowOptions,
): AsyncGenerator<Step> {
  let inSnapshot = where === 'snapshot';
  let unverified = 0;
  for await (const { event, data } of client.stream(where, signal)) {
    const body = JSON.parse(data) as unknown;
    if (event === 'closing') {
      yield { taken: 'closing', closing: body as Closing };
      return;
    }
    if (event === 'snapshot-complete') {
      follower.endSnapshot(body as { sequence: number; digest: string; cursor: string });
      inSnapshot = false;
      yield { taken: 'snapshot', sequence: follower.sequence };
      yield await verified(client, follower);
      continue;
    }
    yield inSnapshot ? follower.takeOfSnapshot(body as Received) : follower.take(body as Received);
    unverified += 1;
    if (inSnapshot || unverified < VERIFY_EVERY) continue;
    yield await verified(client, follower);
    unverified = 0;
  }
}

async function verified(client: FeedClient, follower: Follower): Promise<Step> {
  const { sequence } = follower;
  const digest = await client.digestAt(sequence);
  follower.verify(digest);
  return { taken: 'verified', sequence, digest };
}

/** Why the way to the server broke, where waiting may help; undefined for everything else. */
function brokenOff(error: unknown): string | undefined {
  if (error instanceof FollowFailed) return error.retriable ? error.message : undefined;
  // fetch gives up a body that breaks off as a TypeError, whatever broke it.
  return error instanceof TypeError && error.message === 'terminated' ? 'the stream broke off' : undefined;
}
