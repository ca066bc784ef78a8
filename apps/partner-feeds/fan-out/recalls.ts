import { SLOT } from '#feeds';
import { lockToTakeBack } from '../deliveries/feed-lock.js';
import { listOf } from './log-reading.js';
import type { Cause, Notice, Turn } from './turn.js';

/** A slot of an event that has not ended. */
export interface LiveSlot {
  subscriber: number;
  sequence: number;
  position: number;
}

/** Most deliveries that one notice names. */
export const MAX_NAMED = 1_000;

const LIVE = `
  SELECT f.subscriber, f.sequence, f.position
  FROM unnest($1::bigint[]) AS asked (position), LATERAL (
    SELECT s.subscriber, s.sequence, s.position FROM feed_slots s
    WHERE s.position = asked.position AND s.kind = ${SLOT.event} AND s.ended IS NULL OFFSET 0
  ) f
  ORDER BY f.subscriber, f.sequence`;

/** Slots of these events that have not ended, of subscribers in the order of their numbers and in the order of each sequence. */
export async function liveSlots(turn: Turn, positions: readonly number[]): Promise<LiveSlot[]> {
  await turn.flush();
  return turn.write.query<LiveSlot>(LIVE, [listOf(positions)]);
}

const END = `
  UPDATE feed_slots f SET ended = $3
  FROM unnest($1::int[], $2::bigint[]) AS e (subscriber, sequence)
  WHERE f.subscriber = e.subscriber AND f.sequence = e.sequence AND f.ended IS NULL`;
const HELD = `
  SELECT h.subscriber, h.sequence
  FROM unnest($1::int[], $2::bigint[]) AS h (subscriber, sequence)
  WHERE EXISTS (SELECT FROM feed_ledger l WHERE l.subscriber = h.subscriber AND l.sequence = h.sequence OFFSET 0)
  ORDER BY h.subscriber, h.sequence`;

/**
 * From here to the end of the transaction nothing is delivered to these subscribers: whatever was, stands in the ledger, and
 * whatever will be is decided after what is written now.
 */
export async function stopDeliveries(turn: Turn, subscribers: Iterable<number>): Promise<void> {
  await lockToTakeBack(turn.write, subscribers);
}

export async function endSlots(turn: Turn, slots: readonly LiveSlot[], position: number): Promise<void> {
  if (slots.length > 0) await turn.write.query(END, [...columnsOf(slots), position]);
}

/** By subscriber: which of these slots were ever delivered. Deliveries to these subscribers have to be stopped before. */
export async function heldOf(
  turn: Turn,
  slots: readonly Pick<LiveSlot, 'subscriber' | 'sequence'>[],
): Promise<Map<number, number[]>> {
  const held = new Map<number, number[]>();
  if (slots.length === 0) return held;
  const rows = await turn.write.query<{ subscriber: number; sequence: number }>(HELD, columnsOf(slots));
  for (const { subscriber, sequence } of rows) held.set(subscriber, [...(held.get(subscriber) ?? []), sequence]);
  return held;
}

/** A notice to each holder, several where one would name too many. */
export function notifyHolders(
  turn: Turn,
  cause: Cause,
  held: ReadonlyMap<number, readonly number[]>,
  { kind, reason }: Pick<Notice, 'kind' | 'reason'>,
): void {
  for (const [subscriber, sequences] of held)
    for (let from = 0; from < sequences.length; from += MAX_NAMED)
      turn.notice(cause, { subscriber, kind, reason, sequences: sequences.slice(from, from + MAX_NAMED) });
}

function columnsOf(slots: readonly Pick<LiveSlot, 'subscriber' | 'sequence'>[]): [string, string] {
  return [listOf(slots.map(({ subscriber }) => subscriber)), listOf(slots.map(({ sequence }) => sequence))];
}
