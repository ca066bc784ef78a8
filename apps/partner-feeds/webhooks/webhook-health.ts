import type { EventLog } from '#event-log';

/** How a webhook is doing, as its subscriber sees it. Times are ISO 8601 in UTC. */
export interface WebhookHealth {
  /** `waiting`: the last attempt failed or the endpoint asked for time; `paused`: nothing is sent until the subscription is resumed or changed. */
  state: 'sending' | 'waiting' | 'paused';
  /** Why it is paused: `webhook.gone` (the endpoint answered 410) or `webhook.exhausted` (all attempts at one delivery failed). */
  pausedBecause?: string;
  pausedAt?: string;
  /** Taken by the endpoint up to this sequence, and how many more there are. */
  sentThrough: number;
  behind: number;
  /** Attempts at the next delivery that have failed. */
  failedAttempts: number;
  nextAttemptAt?: string;
  lastAttemptAt?: string;
  /** Status that the endpoint answered, or why there was none: `timeout`, `no-address`, ... */
  lastAnswer?: string;
  lastDeliveredAt?: string;
  /** A range that is being sent again: what is left of it. */
  replay?: { from: number; to: number };
}

interface HealthRow {
  pausedBecause: string | null;
  pausedAt: string | null;
  sentThrough: number;
  behind: number;
  failedAttempts: number;
  nextAttemptAt: string | null;
  lastAttemptAt: string | null;
  lastAnswer: string | null;
  lastDeliveredAt: string | null;
  from: number | null;
  to: number | null;
}

/** A pause that the subscriber has answered is over, although nothing may have been sent yet. */
const HEALTH = `
  SELECT CASE WHEN s.version > w.paused_version THEN NULL ELSE w.paused_reason END AS "pausedBecause",
    CASE WHEN s.version > w.paused_version THEN NULL ELSE w.paused_at END AS "pausedAt",
    w.sent AS "sentThrough", f.sequence - w.sent AS behind, w.attempts AS "failedAttempts",
    CASE WHEN w.due_at > statement_timestamp() THEN w.due_at END AS "nextAttemptAt", w.attempted_at AS "lastAttemptAt",
    w.answer AS "lastAnswer", w.delivered_at AS "lastDeliveredAt", w.replay_next AS "from", w.replay_to AS "to"
  FROM feed_webhooks w JOIN feed_subscribers f USING (subscriber) JOIN subscriptions s USING (subscription)
  WHERE s.subscription = $1 AND s.channel ->> 'kind' = 'webhook'`;

/** Undefined where the subscription is no webhook, or has only just become one. */
export async function webhookHealth(
  log: Pick<EventLog, 'query'>,
  subscription: string,
): Promise<WebhookHealth | undefined> {
  const [row] = await log.query<HealthRow>(HEALTH, [subscription]);
  if (row === undefined) return undefined;
  const { from, to, ...rest } = row;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  const state = row.pausedBecause !== null ? 'paused' : row.nextAttemptAt === null ? 'sending' : 'waiting';
  return { state, ...given, ...(from === null || to === null ? {} : { replay: { from, to } }) } as WebhookHealth;
}
