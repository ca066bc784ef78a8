import type { DutyParts, Duty } from './duty.js';

const EVERY_MS = 5_000;
const AT_MOST = 200;

/**
 * What nobody has decided in time is told to the authorisers and administrators of its organisation, once: the item is marked
 * and the notice written in one statement, so a run that is broken off or done twice tells nobody twice. A hold that ends is
 * nothing overdue.
 */
const ESCALATE = `
  WITH due AS (
    SELECT about, kind FROM work_items
     WHERE closed_at IS NULL AND escalated_at IS NULL AND due_at <= clock_timestamp() AND kind <> 'hold'
     ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), escalated AS (
    UPDATE work_items w SET escalated_at = clock_timestamp() FROM due
     WHERE w.about = due.about AND w.kind = due.kind
    RETURNING w.kind, w.about, w.organisation, w.audience, w.due_at
  ), told AS (
    INSERT INTO notices (organisation, roles, kind, about, details, audiences)
    SELECT organisation, '{authoriser,administrator}', 'overdue.' || kind, about, jsonb_build_object('dueAt', due_at), ARRAY[audience]
      FROM escalated
    ON CONFLICT (organisation, kind, about) DO NOTHING
  )
  SELECT kind, count(*)::int AS count FROM escalated GROUP BY kind`;

export function escalateWork({ log, alarm }: Pick<DutyParts, 'log' | 'alarm'>): Duty {
  return {
    name: 'escalate-work',
    everyMs: EVERY_MS,
    run: async () => {
      const rows = await log.query<{ kind: string; count: number }>(ESCALATE, [AT_MOST]);
      const reviews = rows.find(({ kind }) => kind === 'emergency-review');
      if (reviews !== undefined)
        alarm('emergency-review-overdue', { count: reviews.count }, 'an emergency disclosure was not reviewed in time');
      return rows.reduce((sum, { count }) => sum + count, 0) >= AT_MOST ? 'more' : undefined;
    },
  };
}
