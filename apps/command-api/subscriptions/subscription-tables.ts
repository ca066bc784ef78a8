import type { LogReads, LogWrites } from '#event-log';
import type { KnownSubscription, RecallState } from '#feeds';
import type { SubscriptionView } from './subscription-list.js';

const KEEP = `
  INSERT INTO subscriptions
    (subscription, organisation, name, state, reason, filter, channel, key, key_overlap_until, version, made_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (subscription) DO UPDATE SET
    name = excluded.name, state = excluded.state, reason = excluded.reason, filter = excluded.filter, channel = excluded.channel,
    key = excluded.key, key_overlap_until = excluded.key_overlap_until, version = excluded.version`;

/** The table follows from the events, in their transaction: deliveries see a change as soon as it is committed. */
export async function keepSubscription(write: LogWrites, state: KnownSubscription): Promise<void> {
  const { subscription, organisation, name, status, reason, filter, channel, key, keyOverlapUntil } = state;
  await write.query(KEEP, [
    ...[subscription, organisation, name, status, reason ?? null],
    ...[JSON.stringify(filter), JSON.stringify(channel), key, keyOverlapUntil ?? null, state.changedAt, state.madeAt],
  ]);
}

/** How many subscriptions of an organisation have not ended. */
export async function countOf(read: LogReads, organisation: string): Promise<number> {
  const [row] = await read.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM subscriptions WHERE organisation = $1 AND state <> 'ended'`,
    [organisation],
  );
  return row?.count ?? 0;
}

/** The notice at a place of a subscriber's sequence, as fan-out made it. */
export async function noticeAt(
  read: LogReads,
  subscription: string,
  sequence: number,
): Promise<{ state: RecallState | null } | undefined> {
  const [row] = await read.query<{ state: RecallState | null }>(
    `SELECT n.state FROM feed_notices n JOIN feed_subscribers s USING (subscriber)
      WHERE s.subscription = $1 AND n.sequence = $2`,
    [subscription, sequence],
  );
  return row;
}

export async function keepAnswer(
  write: LogWrites,
  { subscription, sequence, answer, at }: { subscription: string; sequence: number; answer: RecallState; at: string },
): Promise<void> {
  await write.query(
    `UPDATE feed_notices n SET state = $3, answered_at = $4 FROM feed_subscribers s
      WHERE s.subscriber = n.subscriber AND s.subscription = $1 AND n.sequence = $2`,
    [subscription, sequence, answer, at],
  );
}

export function viewOf(state: KnownSubscription): SubscriptionView {
  const { subscription, name, status, reason, filter, channel, key, keyOverlapUntil, madeAt } = state;
  return {
    ...{ subscription, name, state: status, filter, channel, key, madeAt },
    ...(reason === undefined ? {} : { reason }),
    ...(keyOverlapUntil === undefined ? {} : { keyOverlapUntil }),
  };
}
