import type { Duty, DutyParts } from '../duty.js';

const EVERY_MS = 5_000;
const AT_MOST = 200;
/** Most items that a notice names; the report about an item says the rest. */
const NAMED = 50;

/**
 * A recall that nobody has answered in time is overdue, and those who said what it takes back are told who still holds it, each of
 * its own items alone. Marked and told in one statement, so a run that is broken off or done twice tells nobody twice. What it
 * names of the recipient is the organisation; its place in the sequence would tell how much else it gets.
 */
const OVERDUE = `
  WITH due AS (
    SELECT subscriber, sequence FROM feed_notices
     WHERE state = 'pending' AND due_at <= clock_timestamp()
     ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), overdue AS (
    UPDATE feed_notices n SET state = 'overdue' FROM due
     WHERE n.subscriber = due.subscriber AND n.sequence = due.sequence
    RETURNING n.subscriber, n.sequence, n.reason, n.sequences, n.due_at
  ), items AS (
    SELECT o.subscriber, o.sequence, o.reason, o.due_at, s.subscription, s.organisation AS recipient,
           e.stream, e.audience, (m.marking ->> 'originator')::uuid AS originator
      FROM overdue o
      JOIN feed_subscribers s USING (subscriber)
      CROSS JOIN LATERAL unnest(o.sequences) AS held (sequence)
      JOIN feed_slots l ON l.subscriber = o.subscriber AND l.sequence = held.sequence
      JOIN log_positions p ON p.position = l.position
      JOIN events e ON e.seq = p.seq
      JOIN markings m ON m.audience = e.audience
  ), told AS (
    INSERT INTO notices (organisation, roles, kind, about, details, audiences)
    SELECT originator, '{authoriser,administrator}', 'recall.overdue', md5(subscription || ' ' || sequence)::uuid,
           jsonb_build_object('recipient', recipient, 'reason', reason, 'dueAt', due_at, 'count', count(DISTINCT stream),
             'items', (array_agg(DISTINCT stream))[1:$2]),
           array_agg(DISTINCT audience)
      FROM items WHERE originator <> recipient
     GROUP BY originator, subscription, sequence, recipient, reason, due_at
    ON CONFLICT (organisation, kind, about) DO NOTHING
  )
  SELECT count(*)::int AS count FROM overdue`;

export function overdueRecalls({ log }: Pick<DutyParts, 'log'>): Duty {
  return {
    name: 'overdue-recalls',
    everyMs: EVERY_MS,
    run: async () => {
      const [row] = await log.query<{ count: number }>(OVERDUE, [AT_MOST, NAMED]);
      return row !== undefined && row.count >= AT_MOST ? 'more' : undefined;
    },
  };
}
