import { createHash } from 'node:crypto';
import type { Teller } from './scenario.js';
import { asked, ordered, type Doors } from './telling.js';

/**
 * What a partner's own tool does: it subscribes, reads what it may see, proves that nothing is missing, and takes back what was
 * a mistake; and what the agency that made it finds about who still holds it.
 */

const READER = 'partner-feed';
const SOON_MS = 60_000;
const PAGE = 500;

interface Entry {
  sequence: number;
  delivery: string;
  kind?: 'event' | 'notice';
  event?: { subject: string };
  notice?: { notice: string; deliveries: string[]; state?: string };
}

export interface Feed {
  subscription: string;
  entries: Entry[];
  cursor: string | undefined;
  /** Over number and id of every delivery, as the server works it out too. */
  digest: Buffer;
}

export interface FeedFound {
  delivered: number;
  digestAgrees: boolean;
  /** What the agency that was wrong finds about the partner. */
  state: string;
  asExpected: boolean;
}

export async function subscribe(doors: Doors): Promise<Feed> {
  const made = await ordered<{ subscription: string }>(doors, READER, '/v1/subscriptions', {
    name: 'everything that others say',
    filter: {},
    channel: { kind: 'pull' },
  });
  return { ...made, entries: [], cursor: undefined, digest: Buffer.alloc(32) };
}

/** Reads on until an entry is there. */
export async function readUntil(doors: Doors, feed: Feed, what: string, wanted: (entry: Entry) => boolean) {
  const giveUp = Date.now() + SOON_MS;
  for (;;) {
    const found = feed.entries.find(wanted);
    if (found !== undefined) return found;
    if (Date.now() > giveUp)
      throw new Error(`${what} has not arrived in ${SOON_MS / 1000} s: see the log of partner-feeds.`);
    if ((await readOn(doors, feed)) === 0) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function readOn(doors: Doors, feed: Feed): Promise<number> {
  const after = feed.cursor === undefined ? '' : `&after=${encodeURIComponent(feed.cursor)}`;
  const path = `/v1/feeds/${feed.subscription}/entries?limit=${PAGE}${after}`;
  const page = await askedSoon<{ entries: Entry[]; cursor: string }>(doors, path);
  for (const entry of page.entries) {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(entry.sequence));
    feed.digest = createHash('sha256').update(feed.digest).update(number).update(entry.delivery).digest();
  }
  feed.entries.push(...page.entries);
  feed.cursor = page.cursor;
  return page.entries.length;
}

/** A feed that has just been made begins in a moment. */
async function askedSoon<Answer>(doors: Doors, path: string): Promise<Answer> {
  const giveUp = Date.now() + SOON_MS;
  for (;;) {
    try {
      return await asked<Answer>(doors, READER, path, 'partnerFeeds');
    } catch (error) {
      if (!String(error).includes('feed.not-begun') || Date.now() > giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** The recall of a delivery arrives, is carried out and answered; the digest says that nothing is missing. */
export async function takeBack(doors: Doors, feed: Feed, { delivery, event }: Entry, by: Teller): Promise<FeedFound> {
  const recall = await readUntil(
    doors,
    feed,
    'The recall',
    ({ notice }) => notice?.notice === 'recall' && notice.deliveries.includes(delivery),
  );
  const { subscription, digest } = feed;
  await ordered(doors, READER, `/v1/subscriptions/${subscription}/recalls/${recall.sequence}/answer`, {
    answer: 'applied',
  });
  const last = feed.entries.at(-1)?.sequence ?? 0;
  const proof = await asked<{ digest: string }>(
    doors,
    READER,
    `/v1/feeds/${subscription}/digest?sequence=${last}`,
    'partnerFeeds',
  );
  const digestAgrees = proof.digest === digest.toString('hex');
  const state = await stateOf(doors, by, event?.subject ?? '');
  const delivered = feed.entries.length;
  return { delivered, digestAgrees, state, asExpected: digestAgrees && state === 'applied' };
}

interface Held {
  recipients: { deliveries: { recall?: { state: string } }[] }[];
}

/** What became of the recall, as the agency that was wrong finds it: its authoriser answers for who still holds what. */
async function stateOf(doors: Doors, by: Teller, item: string): Promise<string> {
  const giveUp = Date.now() + SOON_MS;
  for (;;) {
    const { recipients } = await asked<Held>(doors, `${by}-authoriser`, `/v1/held?item=${item}`);
    const recalled = recipients.flatMap(({ deliveries }) => deliveries).find(({ recall }) => recall !== undefined);
    const state = recalled?.recall?.state ?? 'unknown';
    if (state !== 'pending' || Date.now() > giveUp) return state;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
