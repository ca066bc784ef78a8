import type { LogReads } from '#event-log';
import type { FeedChannel, FeedFilter } from '#events';

export interface SubscriptionView {
  subscription: string;
  name: string;
  state: 'active' | 'paused' | 'ended';
  /** Why it is paused or has ended. */
  reason?: string;
  filter: FeedFilter;
  channel: FeedChannel;
  /** Number of the key that webhooks are signed with. */
  key: number;
  /** Until when the key before it signs too. */
  keyOverlapUntil?: string;
  madeAt: string;
}

const OF_ORGANISATION = `
  SELECT subscription FROM subscriptions
   WHERE organisation = $1 AND ($2::uuid IS NULL OR subscription < $2) ORDER BY subscription DESC LIMIT $3`;

/** Ids of an organisation's subscriptions, those that have ended too, the newest first. */
export async function subscriptionsOf(
  read: Pick<LogReads, 'query'>,
  organisation: string,
  { after, limit }: { after?: string; limit: number },
): Promise<{ page: string[]; truncated: boolean; after?: string }> {
  const rows = await read.query<{ subscription: string }>(OF_ORGANISATION, [organisation, after ?? null, limit + 1]);
  const page = rows.slice(0, limit).map(({ subscription }) => subscription);
  const truncated = rows.length > limit;
  const last = page.at(-1);
  return { page, truncated, ...(truncated && last !== undefined ? { after: last } : {}) };
}
