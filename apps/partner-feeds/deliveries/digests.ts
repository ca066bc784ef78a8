import type { EventLog } from '#event-log';
import { Problem } from '#runtime';
import { deliveryId, FIRST_DIGEST, nextDigest } from './delivery-id.js';
import { namesAfter } from './slots.js';

/** A digest is kept for each so many deliveries: whoever asks for one waits for at most so many. */
const KEPT_EVERY = 1_000;

/** Somebody asks about what is not there yet. */
export function behindHead(head: number): Problem {
  return new Problem('RuleRefused', 'feed.cursor-ahead', `This feed has not come further than ${head}.`);
}

/** Hex digest over all deliveries of a feed up to a sequence that there is. */
export async function digestAt(
  log: EventLog,
  feedKey: Buffer,
  { subscriber, subscription }: { subscriber: number; subscription: string },
  sequence: number,
): Promise<string> {
  const [kept] = await log.query<{ sequence: number; digest: Buffer }>(
    `SELECT sequence, digest FROM feed_digests WHERE subscriber = $1 AND sequence <= $2 ORDER BY sequence DESC LIMIT 1`,
    [subscriber, sequence],
  );
  let at = kept?.sequence ?? 0;
  let digest: Buffer = kept?.digest ?? FIRST_DIGEST;
  while (at < sequence) {
    const upTo = Math.min(sequence, at - (at % KEPT_EVERY) + KEPT_EVERY);
    const names = await namesAfter(log, subscriber, at, upTo);
    if (names.length !== upTo - at) throw new Error(`feed ${subscription} has a gap behind ${at}`);
    for (const { sequence: n, cause } of names)
      digest = nextDigest(digest, n, deliveryId(feedKey, subscription, n, cause));
    at = upTo;
    if (at % KEPT_EVERY === 0) await keep(log, subscriber, at, digest);
  }
  return digest.toString('hex');
}

async function keep(log: EventLog, subscriber: number, sequence: number, digest: Buffer): Promise<void> {
  await log.query(
    'INSERT INTO feed_digests (subscriber, sequence, digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [subscriber, sequence, digest],
  );
}
