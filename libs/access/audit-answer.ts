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
      SELECT array_agg(DISTINCT o.stream) AS items
      FROM (
        SELECT s.stream FROM shown s WHERE s.originator IS DISTINCT FROM $2::uuid::text
        UNION ALL
        SELECT unnest($9::text[])
      ) o
    ) d WHERE d.items IS NOT NULL
  )
  SELECT position, given_at AS "givenAt", stream FROM shown`;

const SHOWN = `
  SELECT p.position, p.given_at AS "givenAt", e.stream, e.audience
  FROM log_positions p
  JOIN LATERAL (SELECT v.stream, v.audience FROM events v WHERE v.seq = p.seq OFFSET 0) e ON true
  WHERE p.position = ANY ($1::bigint[])`;

const ORIGINATORS = `
  SELECT m.audience, m.marking ->> 'originator' AS originator FROM markings m WHERE m.audience = ANY ($1)`;

/** A statement of which it is known before its answer is recorded whose it is. */
export interface KnownStatement extends ShownStatement {
  /** Organisation by whose marking it was said; null where the marking is gone. */
  originator: string | null;
}

/**
 * Where statements come from that an answer will show: for a long one, while it is still being drawn. It records nothing. Whose they
 * are is asked for once for each marking: for each statement it takes as long as all the rest.
 */
export async function lookUpShown(target: AuditTarget, positions: readonly number[]): Promise<KnownStatement[]> {
  const rows = await target.query<ShownStatement & { audience: number }>(SHOWN, [positions]);
  const audiences = [...new Set(rows.map(({ audience }) => audience))];
  const found = await target.query<{ audience: number; originator: string }>(ORIGINATORS, [audiences]);
  const originators = new Map(found.map(({ audience, originator }) => [audience, originator]));
  return rows.map(({ position, givenAt, stream, audience }) => {
    return { position, givenAt, stream, originator: originators.get(audience) ?? null };
  });
}

/**
 * Records the answer of a question before it leaves, and returns where all it shows comes from. `known` was looked up before, and only
 * what the answer shows of it counts. Rejects when it could not be recorded, and then the answer must not leave.
 */
export async function recordAnswer(
  target: AuditTarget,
  { viewer, purpose, ids, reason }: AnswerEntry,
  positions: readonly number[],
  known: readonly KnownStatement[] = [],
): Promise<ShownStatement[]> {
  const trace = currentTrace();
  const unknown = new Set(positions);
  const shown = known.filter(({ position }) => unknown.delete(position));
  const others = shown.filter(({ originator }) => originator !== viewer.organisation);
  const rows = await target.query<ShownStatement>(RECORD_ANSWER, [
    [...unknown],
    viewer.organisation,
    viewer.subject,
    purpose,
    ids,
    reason,
    POLICY_VERSION,
    trace?.correlationId ?? null,
    [...new Set(others.map(({ stream }) => stream))],
  ]);
  markRecorded(trace);
  return [...shown, ...rows];
}
