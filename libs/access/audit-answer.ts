import { currentTrace } from '#runtime';
import { markRecorded, type AuditTarget } from './audit.js';
import { POLICY_VERSION } from './may-see.js';

/** Where a statement that an answer shows comes from. */
export interface ShownStatement {
  position: number;
  /** When it was recorded (ISO 8601, UTC). */
  givenAt: string;
  /** The aggregate that said it: `assertion-uuid`. */
  stream: string;
}

export interface AnswerEntry {
  viewer: { organisation: string; subject: string };
  purpose: string;
  /** Entities that the answer names, or that were asked for in vain: public ids. */
  ids: readonly string[];
  /** Stable code of the question. */
  reason: string;
}

/**
 * One statement, because every question waits for it: it finds where the statements shown come from, and records with that who got
 * what. Each answer is a consultation; where it shows statements of others, it is also a disclosure of those (items: their
 * streams) to the organisation that asked. Look-ups by sub-select, so that the plan holds when the tables have grown.
 */
const RECORD_ANSWER = `
  WITH shown AS MATERIALIZED (
    SELECT p.position, p.given_at, e.stream, e.originator
    FROM log_positions p
    JOIN LATERAL (
      SELECT v.stream,
        (SELECT m.marking ->> 'originator' FROM markings m WHERE m.audience = v.audience) AS originator
      FROM events v WHERE v.seq = p.seq OFFSET 0
    ) e ON true
    WHERE p.position = ANY ($1::bigint[])
  ), recorded AS (
    INSERT INTO audit (act, organisation, subject, purpose, ids, recipients, reason, policy, correlation_id)
    SELECT 'consultation', $2::uuid, $3, $4, $5::text[], '{}', $6, $7::int, $8
    UNION ALL
    SELECT 'disclosure', $2::uuid, $3, $4, d.items, ARRAY[$2::uuid::text], $6, $7::int, $8
    FROM (
      SELECT array_agg(DISTINCT s.stream) AS items FROM shown s WHERE s.originator IS DISTINCT FROM $2::uuid::text
    ) d WHERE d.items IS NOT NULL
  )
  SELECT position, given_at AS "givenAt", stream FROM shown`;

/** Records the answer of a question before it leaves. Rejects when it could not be recorded, and then it must not leave. */
export async function recordAnswer(
  target: AuditTarget,
  { viewer, purpose, ids, reason }: AnswerEntry,
  positions: readonly number[],
): Promise<ShownStatement[]> {
  const trace = currentTrace();
  const rows = await target.query<ShownStatement>(RECORD_ANSWER, [
    [...new Set(positions)],
    viewer.organisation,
    viewer.subject,
    purpose,
    ids,
    reason,
    POLICY_VERSION,
    trace?.correlationId ?? null,
  ]);
  markRecorded(trace);
  return rows;
}
