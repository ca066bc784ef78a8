import type { EventLog } from '#event-log';
import type { FeedChannel } from '#events';
import { Problem } from '#runtime';
import { webhookHealth, type WebhookHealth } from '../webhooks/webhook-health.js';

/** How soon an end has to be for a feed to speak of it. */
const SOON = '30 days';

export interface FeedHealth {
  feed: string;
  name: string;
  state: 'active' | 'paused' | 'ended';
  /** Why it is paused or has ended. */
  reason?: string;
  channel: FeedChannel['kind'];
  /** Deliveries that the feed has come to; 0 until it begins. */
  sequence: number;
  /** Seconds by which the feed is behind the log: 0 where it holds everything that has been recorded. */
  lagSeconds: number;
  lastDelivered?: { sequence: number; at: string; channel: string };
  /** When the oldest slot got its place that was never delivered on any channel and could be (ISO 8601, UTC). */
  waitingSince?: string;
  /** Notices that wait for an answer, and those whose time is over. */
  recalls: { pending: number; overdue: number };
  /** What is about to end within 30 days. */
  ending: { what: 'agreement' | 'key'; id: string; at: string }[];
  /** How its webhook is doing; absent where it has none, or none yet. */
  webhook?: WebhookHealth;
}

interface HealthRow {
  feed: string;
  name: string;
  state: FeedHealth['state'];
  reason: string | null;
  channel: FeedChannel['kind'];
  sequence: number | null;
  lag: number;
  last: { sequence: number; at: string; channel: string } | null;
  waiting: number | null;
  pending: number;
  overdue: number;
  ending: FeedHealth['ending'] | null;
}

/** Times as everywhere: ISO 8601 in UTC. Inside JSON the database writes them with an offset. */
const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

const HEALTH = `
  SELECT s.subscription AS feed, s.name, s.state, s.reason, s.channel ->> 'kind' AS channel, f.sequence,
    (
      SELECT CASE WHEN o.position >= q.head THEN 0
        ELSE ceil(extract(epoch FROM clock_timestamp() - (SELECT p.given_at FROM log_positions p WHERE p.position = o.position + 1)))
      END::int
      FROM (SELECT coalesce((SELECT position FROM feed_fanout), 0) AS position) o, log_sequenced q
    ) AS lag,
    (
      SELECT jsonb_build_object('sequence', l.sequence, 'channel', l.channel, 'at', to_char(l.at, ${ISO}))
      FROM feed_ledger l WHERE l.subscriber = f.subscriber ORDER BY l.sequence DESC, l.at DESC LIMIT 1
    ) AS last,
    (
      SELECT w.added FROM feed_slots w
      WHERE w.subscriber = f.subscriber AND w.ended IS NULL AND w.sequence > coalesce(
        (SELECT l.sequence FROM feed_ledger l WHERE l.subscriber = f.subscriber ORDER BY l.sequence DESC LIMIT 1), 0)
      ORDER BY w.sequence LIMIT 1
    ) AS waiting,
    (SELECT count(*)::int FROM feed_notices n WHERE n.subscriber = f.subscriber AND n.state = 'pending') AS pending,
    (SELECT count(*)::int FROM feed_notices n WHERE n.subscriber = f.subscriber AND n.state = 'overdue') AS overdue,
    (
      SELECT jsonb_agg(jsonb_build_object('what', e.what, 'id', e.id, 'at', to_char(e.at, ${ISO})) ORDER BY e.at, e.id)
      FROM (
        SELECT 'agreement' AS what, a.agreement::text AS id, a.ends AS at
        FROM agreement_parties p JOIN agreements a USING (agreement)
        WHERE p.organisation = s.organisation AND p.state = 'agreed'
        UNION ALL
        SELECT 'key', (s.key - 1)::text, s.key_overlap_until WHERE s.state <> 'ended' AND s.key_overlap_until IS NOT NULL
      ) e
      WHERE e.at > statement_timestamp() AND e.at < statement_timestamp() + interval '${SOON}'
    ) AS ending
  FROM subscriptions s LEFT JOIN feed_subscribers f USING (subscription)
  WHERE s.organisation = $1 AND ($2::uuid IS NULL OR s.subscription = $2)
  ORDER BY s.made_at, s.subscription`;

/** All feeds of an organisation, those that have ended too. */
export async function feedsOf(log: EventLog, organisation: string): Promise<FeedHealth[]> {
  const rows = await log.query<HealthRow>(HEALTH, [organisation, null]);
  return await Promise.all(rows.map((row) => healthOf(log, row)));
}

/** @throws {@link Problem} NotFound for what is another's and for what is not there */
export async function healthOfFeed(log: EventLog, organisation: string, subscription: string): Promise<FeedHealth> {
  const [row] = await log.query<HealthRow>(HEALTH, [organisation, subscription]);
  if (row === undefined) throw new Problem('NotFound', 'subscription.unknown', 'There is no such subscription.');
  return await healthOf(log, row);
}

async function healthOf(
  log: EventLog,
  { reason, sequence, lag, last, waiting, pending, overdue, ending, ...row }: HealthRow,
): Promise<FeedHealth> {
  const webhook = row.channel === 'webhook' ? await webhookHealth(log, row.feed) : undefined;
  return {
    ...row,
    ...(reason === null ? {} : { reason }),
    sequence: sequence ?? 0,
    lagSeconds: lag,
    ...(last === null ? {} : { lastDelivered: last }),
    ...(waiting === null ? {} : { waitingSince: new Date(waiting / 1000).toISOString() }),
    recalls: { pending, overdue },
    ending: ending ?? [],
    ...(webhook === undefined ? {} : { webhook }),
  };
}
