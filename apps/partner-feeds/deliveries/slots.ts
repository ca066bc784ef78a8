import type { LogReads } from '#event-log';
import type { Marking } from '#events';
import type { NoticeKind, NoticeState } from './delivery.js';
import type { ReadRange } from './feed.js';

/** A slot with what delivering it takes, as of the moment of reading. */
export interface SlotRow {
  sequence: number;
  added: number;
  kind: number;
  ended: number | null;
  /** Event that it follows from. */
  cause: string;
  stream: string;
  body: string;
  /** Of the marking in force. */
  audience: number;
  marking: Marking;
  held: boolean;
  notice: NoticeKind | null;
  reason: string;
  sequences: number[];
  due_at: string | null;
  state: NoticeState | null;
  details: Record<string, unknown>;
}

/** Look-ups by sub-select, so that the plan holds when the tables have grown. */
const slotsWhere = (which: string): string => `
  SELECT s.sequence, s.added, s.kind, s.ended, e.id AS cause, e.stream, e.body, e.audience,
    (SELECT m.marking FROM markings m WHERE m.audience = e.audience) AS marking,
    EXISTS (SELECT FROM feed_ledger l WHERE l.subscriber = s.subscriber AND l.sequence = s.sequence) AS held,
    n.kind AS notice, n.reason, to_jsonb(n.sequences) AS sequences, n.due_at, n.state, n.details
  FROM (
    SELECT f.* FROM feed_slots f
    WHERE f.subscriber = $1 AND f.sequence > $2 AND f.sequence <= $3 ${which} AND CASE
      WHEN $5::text IS NULL THEN true
      WHEN f.kind = 1 THEN $5 = 'live' AND f.ended IS NULL
      ELSE $5 = 'notices' OR EXISTS (
        SELECT FROM feed_notices a
        WHERE a.subscriber = f.subscriber AND a.sequence = f.sequence AND a.state IN ('pending', 'overdue')
      )
    END
    ORDER BY f.sequence LIMIT $4
  ) s
  LEFT JOIN LATERAL (
    SELECT v.id, v.stream, v.body, coalesce(
      (SELECT f.audience FROM markings_in_force f WHERE f.stream = v.stream), v.audience
    ) AS audience
    FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = s.position) OFFSET 0
  ) e ON true
  LEFT JOIN LATERAL (
    SELECT * FROM feed_notices a WHERE a.subscriber = s.subscriber AND a.sequence = s.sequence OFFSET 0
  ) n ON true
  ORDER BY s.sequence`;
const SLOTS = slotsWhere('');
const THESE_SLOTS = slotsWhere('AND f.sequence = ANY ($6::bigint[])');

export function readSlots(
  on: Pick<LogReads, 'query'>,
  subscriber: number,
  { after, upTo = Number.MAX_SAFE_INTEGER, limit, only, sequences }: ReadRange,
): Promise<SlotRow[]> {
  const range = [subscriber, after, upTo, limit, only ?? null];
  return sequences === undefined
    ? on.query<SlotRow>(SLOTS, range)
    : on.query<SlotRow>(THESE_SLOTS, [...range, sequences]);
}

const CAUSES = `
  SELECT s.sequence, s.added, (
    SELECT v.id FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = s.position)
  ) AS cause
  FROM feed_slots s WHERE s.subscriber = $1 AND `;
const CAUSES_AFTER = `${CAUSES} s.sequence > $2 AND s.sequence <= $3 ORDER BY s.sequence`;
const CAUSES_OF = `${CAUSES} s.sequence = ANY ($2::bigint[]) ORDER BY s.sequence`;

export interface CauseRow {
  sequence: number;
  added: number;
  cause: string;
}

/** The causes of all slots of a range: `after` < sequence <= `upTo`. */
export function causesAfter(
  on: Pick<LogReads, 'query'>,
  subscriber: number,
  after: number,
  upTo: number,
): Promise<CauseRow[]> {
  return on.query<CauseRow>(CAUSES_AFTER, [subscriber, after, upTo]);
}

export function causesOf(
  on: Pick<LogReads, 'query'>,
  subscriber: number,
  sequences: readonly number[],
): Promise<CauseRow[]> {
  return sequences.length === 0 ? Promise.resolve([]) : on.query<CauseRow>(CAUSES_OF, [subscriber, sequences]);
}
