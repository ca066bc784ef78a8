import type { Duty, DutyParts } from '../duty.js';

const EVERY_MS = 5_000;
const AT_MOST = 200;

/**
 * Half-way through a hold that its owner has not answered, those with a say in the owner's organisation are told, once: the
 * check is marked and the notice written in one statement.
 */
const ESCALATE = `
  WITH due AS (
    SELECT "check" FROM interest_checks
     WHERE answer IS NULL AND ended_at IS NULL AND escalated_at IS NULL AND escalate_at <= clock_timestamp()
     ORDER BY escalate_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), escalated AS (
    UPDATE interest_checks c SET escalated_at = clock_timestamp() FROM due WHERE c."check" = due."check"
    RETURNING c."check", c.interest, c.organisation, c.audience, c.until
  ), told AS (
    INSERT INTO notices (organisation, roles, kind, about, details, audiences)
    SELECT organisation, '{authoriser,administrator}', 'hold.unanswered', "check",
           jsonb_build_object('check', "check", 'interest', interest, 'answerBy', until), ARRAY[audience]
      FROM escalated
    ON CONFLICT (organisation, kind, about) DO NOTHING
  )
  SELECT count(*)::int AS count FROM escalated`;

export function escalateHolds({ log }: Pick<DutyParts, 'log'>): Duty {
  return {
    name: 'escalate-holds',
    everyMs: EVERY_MS,
    run: async () => {
      const [row] = await log.query<{ count: number }>(ESCALATE, [AT_MOST]);
      return row !== undefined && row.count >= AT_MOST ? 'more' : undefined;
    },
  };
}
