import type { LogReads } from '#event-log';
import type { Marking } from '#events';
import { SLOT } from '#feeds';
import type { ReadRange } from './asked.js';
import type { NoticeKind, NoticeState } from './delivery.js';

type Reads = Pick<LogReads, 'query'>;

/** A slot as of the moment of reading. */
export interface SlotRow {
  sequence: number;
  added: number;
  kind: number;
  /** Of the event that it follows from. */
  position: number;
  ended: number | null;
  held: boolean;
  notice: NoticeKind | null;
  reason: string;
  sequences: number[];
  due_at: string | null;
  state: NoticeState | null;
  details: Record<string, unknown>;
}

/**
 * Look-ups by sub-select, so that the plan holds when the tables have grown. Without OFFSET a plan that was made while the ledger
 * was small reads all of it into a hash, at every turn.
 */
const slotsWhere = (which: string): string => `
  SELECT a.place::int, s.sequence, s.added, s.kind, s.position, s.ended,
    EXISTS (SELECT FROM feed_ledger l WHERE l.subscriber = s.subscriber AND l.sequence = s.sequence OFFSET 0) AS held,
    n.kind AS notice, n.reason, to_jsonb(n.sequences) AS sequences, n.due_at, n.state, n.details
  FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[], $5::text[]) WITH ORDINALITY
    AS a (subscriber, after, up_to, most, kinds, place)
  CROSS JOIN LATERAL (
    SELECT f.* FROM feed_slots f
    WHERE f.subscriber = a.subscriber AND f.sequence > a.after AND f.sequence <= a.up_to ${which} AND CASE
      WHEN a.kinds IS NULL THEN true
      WHEN f.kind = ${SLOT.event} THEN a.kinds = 'live' AND f.ended IS NULL
      ELSE a.kinds = 'notices' OR EXISTS (
        SELECT FROM feed_notices o
        WHERE o.subscriber = f.subscriber AND o.sequence = f.sequence AND o.state IN ('pending', 'overdue')
        OFFSET 0
      )
    END
    ORDER BY f.sequence LIMIT a.most
  ) s
  LEFT JOIN LATERAL (
    SELECT * FROM feed_notices o
    WHERE s.kind = ${SLOT.notice} AND o.subscriber = s.subscriber AND o.sequence = s.sequence OFFSET 0
  ) n ON true
  ORDER BY a.place, s.sequence`;
const SLOTS = slotsWhere('');
const THESE_SLOTS = slotsWhere('AND f.sequence = ANY ($6::bigint[])');

/** Slots of each range, in the order of the ranges. Only one that is read alone may name sequences. */
export async function readSlots(
  on: Reads,
  asked: readonly ({ subscriber: number } & ReadRange)[],
): Promise<SlotRow[][]> {
  const [{ sequences } = {}] = asked;
  if (sequences !== undefined && asked.length > 1) throw new Error('sequences are read for one feed at a time');
  const columns = [
    asked.map(({ subscriber }) => subscriber),
    asked.map(({ after }) => after),
    asked.map(({ upTo }) => upTo ?? Number.MAX_SAFE_INTEGER),
    asked.map(({ limit }) => limit),
    asked.map(({ only }) => only ?? null),
  ];
  const rows = await (sequences === undefined
    ? on.query<SlotRow & { place: number }>(SLOTS, columns)
    : on.query<SlotRow & { place: number }>(THESE_SLOTS, [...columns, sequences]));
  const slots: SlotRow[][] = asked.map(() => []);
  for (const row of rows) slots[row.place - 1]?.push(row);
  return slots;
}

/** An event that slots follow from. */
export interface CauseRow {
  position: number;
  /** Id of the event. */
  cause: string;
  stream: string;
  body: string;
  /** Of the marking in force. */
  audience: number;
  marking: Marking;
}

const CAUSES_AT = `
  SELECT asked.position, e.id AS cause, e.stream, e.body, e.audience,
    (SELECT m.marking FROM markings m WHERE m.audience = e.audience) AS marking
  FROM unnest($1::bigint[]) AS asked (position)
  CROSS JOIN LATERAL (
    SELECT v.id, v.stream, v.body, coalesce(
      (SELECT f.audience FROM markings_in_force f WHERE f.stream = v.stream), v.audience
    ) AS audience
    FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = asked.position) OFFSET 0
  ) e`;

/** By position, each once, however many slots follow from it. */
export async function readCauses(on: Reads, slots: readonly SlotRow[]): Promise<Map<number, CauseRow>> {
  const positions = [...new Set(slots.map(({ position }) => position))];
  const rows = positions.length === 0 ? [] : await on.query<CauseRow>(CAUSES_AT, [positions]);
  return new Map(rows.map((row) => [row.position, row]));
}

/** What a slot is named by. */
export interface NameRow {
  subscriber: number;
  sequence: number;
  added: number;
  /** Id of the event that it follows from. */
  cause: string;
}

const NAMES = `
  SELECT s.subscriber, s.sequence, s.added, (
    SELECT v.id FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = s.position)
  ) AS cause
  FROM feed_slots s`;
const NAMES_AFTER = `${NAMES} WHERE s.subscriber = $1 AND s.sequence > $2 AND s.sequence <= $3 ORDER BY s.sequence`;
const NAMES_OF = `
  SELECT n.* FROM unnest($1::int[], $2::bigint[]) AS asked (subscriber, sequence)
  CROSS JOIN LATERAL (
    ${NAMES} WHERE s.subscriber = asked.subscriber AND s.sequence = asked.sequence OFFSET 0
  ) n`;

/** Of all slots of a range: `after` < sequence <= `upTo`. */
export function namesAfter(on: Reads, subscriber: number, after: number, upTo: number): Promise<NameRow[]> {
  return on.query<NameRow>(NAMES_AFTER, [subscriber, after, upTo]);
}

/** Of these slots, in any order; one that is not there is absent. */
export function namesOf(on: Reads, slots: readonly Pick<NameRow, 'subscriber' | 'sequence'>[]): Promise<NameRow[]> {
  if (slots.length === 0) return Promise.resolve([]);
  return on.query<NameRow>(NAMES_OF, [
    slots.map(({ subscriber }) => subscriber),
    slots.map(({ sequence }) => sequence),
  ]);
}
