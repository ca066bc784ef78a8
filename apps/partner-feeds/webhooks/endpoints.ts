import { randomUUID } from 'node:crypto';
import type { EventLog } from '#event-log';
import { answerOf, type NextStep, type Outcome } from './next-step.js';

/** An endpoint that this process alone may send to, until its lease runs out. */
export interface Endpoint {
  /** Of this taking. */
  lease: string;
  subscriber: number;
  subscription: string;
  organisation: string;
  url: string;
  payload: 'thin' | 'full';
  key: number;
  /** Whether the key before it signs too. */
  overlaps: boolean;
  /** Of the subscription, as it was taken. */
  version: number;
  /** Taken by the endpoint up to here. */
  sent: number;
  /** Next place of a range that is sent again; null where none is. */
  replay: number | null;
  /** Attempts at the next delivery that failed. */
  attempts: number;
  spacingMs: number;
}

/** What an attempt came to. */
export interface Attempted {
  sequence: number;
  outcome: Outcome;
  tookMs: number;
  step: NextStep;
}

/** Four times what an attempt takes at most: whoever holds it longer is dead, or will notice. */
export const LEASE_SECONDS = 60;
/** An endpoint that took longer than this, or failed, is slow: it shares places with its like. */
const SLOW_MS = 1_000;

const ENROL = `
  INSERT INTO feed_webhooks (subscriber, sent)
  SELECT f.subscriber, coalesce((SELECT max(l.sequence) FROM feed_ledger l WHERE l.subscriber = f.subscriber), 0)
  FROM subscriptions s JOIN feed_subscribers f USING (subscription)
  WHERE s.channel ->> 'kind' = 'webhook' AND NOT EXISTS (SELECT FROM feed_webhooks w WHERE w.subscriber = f.subscriber)
  ON CONFLICT DO NOTHING`;

const TAKING = `
  UPDATE feed_webhooks w
  SET lease = $1, leased_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})`;
const TAKEN = `
  w.lease, w.subscriber, s.subscription, s.organisation, s.channel ->> 'url' AS url, s.channel ->> 'payload' AS payload, s.key,
  coalesce(s.key_overlap_until > statement_timestamp(), false) AS overlaps, s.version, w.sent, w.replay_next AS replay,
  w.attempts, w.spacing_ms AS "spacingMs"`;

/** Whoever was locked out waits for nothing: what another process takes at this moment is skipped. */
const TAKE_DUE = `
  WITH due AS (
    SELECT w.subscriber
    FROM feed_webhooks w JOIN feed_subscribers f USING (subscriber) JOIN subscriptions s USING (subscription)
    WHERE s.state = 'active' AND s.channel ->> 'kind' = 'webhook'
      AND (f.sequence > w.sent OR w.replay_next IS NOT NULL)
      AND (w.paused_reason IS NULL OR s.version > w.paused_version)
      AND w.due_at <= statement_timestamp() AND coalesce(w.leased_until <= statement_timestamp(), true)
      AND (w.attempts > 0 OR coalesce(w.took_ms, 0) > ${SLOW_MS}) = $2
    ORDER BY w.due_at LIMIT $3 FOR UPDATE OF w SKIP LOCKED
  )
  ${TAKING},
    attempts = CASE WHEN w.paused_reason IS NULL THEN w.attempts ELSE 0 END,
    spacing_ms = CASE WHEN w.paused_reason IS NULL THEN w.spacing_ms ELSE 0 END,
    paused_reason = NULL, paused_at = NULL, paused_version = NULL
  FROM due, feed_subscribers f JOIN subscriptions s USING (subscription)
  WHERE w.subscriber = due.subscriber AND f.subscriber = w.subscriber
  RETURNING ${TAKEN}`;

const TAKE_FOR_TEST = `
  ${TAKING}, attempted_at = clock_timestamp()
  FROM feed_subscribers f JOIN subscriptions s USING (subscription)
  WHERE s.subscription = $2 AND f.subscriber = w.subscriber
    AND coalesce(w.leased_until <= statement_timestamp(), true)
    AND coalesce(w.attempted_at < statement_timestamp() - make_interval(secs => $3), true)
  RETURNING ${TAKEN}`;

/** Only under the lease that it was taken with: whoever was overtaken changes nothing. */
const SETTLE = `
  UPDATE feed_webhooks SET
    lease = NULL, leased_until = NULL,
    sent = CASE WHEN $3 AND NOT $4 THEN greatest(sent, $5::bigint) ELSE sent END,
    replay_next = CASE WHEN $3 AND $4 AND replay_next = $5::bigint THEN CASE WHEN replay_next < replay_to THEN replay_next + 1 END ELSE replay_next END,
    replay_to = CASE WHEN $3 AND $4 AND replay_next = $5::bigint AND replay_next = replay_to THEN NULL ELSE replay_to END,
    attempts = CASE WHEN $3 THEN 0 ELSE attempts + 1 END,
    spacing_ms = $6,
    due_at = clock_timestamp() + make_interval(secs => $7::float8 / 1000),
    paused_reason = $8, paused_version = $9, paused_at = CASE WHEN $8::text IS NULL THEN NULL ELSE clock_timestamp() END,
    attempted_at = clock_timestamp(), took_ms = $10, answer = $11,
    delivered_at = CASE WHEN $3 THEN clock_timestamp() ELSE delivered_at END
  WHERE subscriber = $1 AND lease = $2
  RETURNING subscriber`;

const RELEASE = `
  UPDATE feed_webhooks
  SET lease = NULL, leased_until = NULL, due_at = greatest(due_at, clock_timestamp() + make_interval(secs => $3))
  WHERE subscriber = $1 AND lease = $2`;

/** Which endpoint is sent to, by whom and when: by the database's clock alone. */
export class Endpoints {
  constructor(private readonly log: Pick<EventLog, 'query'>) {}

  /** Gives a place to subscriptions that have become webhooks: behind whatever they got by other channels. */
  async enrol(): Promise<void> {
    await this.log.query(ENROL, []);
  }

  /** Takes endpoints that something is due for, the longest due first. */
  takeDue(lane: 'swift' | 'slow', limit: number): Promise<Endpoint[]> {
    return limit <= 0 ? Promise.resolve([]) : this.log.query(TAKE_DUE, [randomUUID(), lane === 'slow', limit]);
  }

  /** Takes one for a test message, whether or not anything is due; undefined while it is sent to, or was a moment ago. */
  async takeForTest(subscription: string, restSeconds: number): Promise<Endpoint | undefined> {
    const [taken] = await this.log.query<Endpoint>(TAKE_FOR_TEST, [randomUUID(), subscription, restSeconds]);
    return taken;
  }

  /** Writes down what came of an attempt, and gives the endpoint back; false when another process had taken it meanwhile. */
  async settle(endpoint: Endpoint, { sequence, outcome, tookMs, step }: Attempted): Promise<boolean> {
    const settled = await this.log.query(SETTLE, [
      endpoint.subscriber,
      endpoint.lease,
      step.do === 'go-on',
      endpoint.replay !== null,
      sequence,
      step.do === 'pause' ? endpoint.spacingMs : step.spacingMs,
      step.do === 'pause' ? 0 : step.afterMs,
      step.do === 'pause' ? step.reason : null,
      step.do === 'pause' ? endpoint.version : null,
      tookMs,
      answerOf(outcome),
    ]);
    return settled.length > 0;
  }

  /** Gives it back as it was taken, to be taken again after a rest. */
  async release({ subscriber, lease }: Endpoint, restSeconds: number): Promise<void> {
    await this.log.query(RELEASE, [subscriber, lease, restSeconds]);
  }
}
