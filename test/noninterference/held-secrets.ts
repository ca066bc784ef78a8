/**
 * Who holds what, openly and in secret: an agency was sent something of the observer's and did not answer its recall; in one of the two
 * worlds it was sent another's secret before, recalled in the same breath, and a third one holds what the observer may not know of.
 */
import { overdueRecalls } from '../../apps/timekeeper/feeds/overdue-recalls.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { FeedStand, type SubscribedFeed } from '../support/feed-stand.js';
import type { TestCommandStore } from '../support/command-app.js';

const { border, coastal } = ORGANISATIONS;

/** @param world.ids ids of what was said, by name */
export async function hold(
  world: { app: TestCommandStore; ids: Readonly<Record<string, string>> },
  secrets: boolean,
): Promise<void> {
  const stand = await FeedStand.on(world.app);
  const sent = async (feed: SubscribedFeed, name: string): Promise<number> => {
    const [said] = await stand.log.readStream(`assertion-${world.ids[name]}`);
    if (said === undefined) throw new Error(`nobody has said ${name}`);
    const position = await stand.positionOf(said.id);
    const sequence = await stand.slot(feed, { position });
    await world.app.owner.query(
      `INSERT INTO feed_ledger (subscriber, sequence, channel, audience, basis, audit) VALUES ($1, $2, 'pull', 7, 'ground.named', 1)`,
      [feed.subscriber, sequence],
    );
    return sequence;
  };
  const recalled = async (feed: SubscribedFeed, sequences: number[]): Promise<void> => {
    const [said] = await stand.log.readStream(`assertion-${world.ids['sent']}`);
    const position = await stand.positionOf(said?.id ?? '');
    const notice = { kind: 'recall', sequences, reason: 'withdrawn', state: 'pending' };
    const sequence = await stand.slot(feed, { position }, notice);
    await world.app.owner.query(
      `UPDATE feed_notices SET due_at = now() - interval '1 hour' WHERE subscriber = $1 AND sequence = $2`,
      [feed.subscriber, sequence],
    );
  };
  try {
    const feed = await stand.subscribed(coastal.organisation);
    const hidden = secrets ? [await sent(feed, 'lent to two')] : [];
    await recalled(feed, [...hidden, await sent(feed, 'sent')]);
    if (secrets) {
      const other = await stand.subscribed(border.organisation);
      await recalled(other, [await sent(other, 'lent')]);
    }
    // Or it would depend on the moment how much of the log can be read.
    const [newest] = await stand.log.query<{ id: string }>('SELECT id FROM events ORDER BY seq DESC LIMIT 1', []);
    await stand.positionOf(newest?.id ?? '');
    await overdueRecalls({ log: stand.log }).run(new AbortController().signal);
  } finally {
    await stand.close();
  }
}
