import type { LogWrites } from '#event-log';
import { SLOT } from '#feeds';
import { listOf } from './log-reading.js';

/**
 * Between two slots of a subscriber at least, in microseconds: so many objects may one slot stand for in TAXII, and one more.
 * A notice stands for as much as all that it is about.
 */
const ADDED_STEP = 256;

/** A subscriber as fan-out counts for it. */
export interface Counted {
  subscriber: number;
  /** Its last sequence, and the last time, in microseconds since 1970, that its last slot takes up less one step. */
  sequence: number;
  added: number;
}

/** What asks for an answer or an act at the place of an event. */
export interface Notice {
  subscriber: number;
  kind: 'recall' | 'regraded' | 'corrected' | 'epoch' | 'key-ends' | 'agreement-ends';
  /** Stable code. */
  reason: string;
  /** Sequences of what it is about. */
  sequences: readonly number[];
  details?: object;
}

/** Where and when something is decided: the position, and the time that it was given in microseconds. */
export interface Cause {
  position: number;
  givenAt: number;
}

const INSERT_SLOTS = `
  INSERT INTO feed_slots (subscriber, sequence, position, added, kind)
  SELECT s.subscriber, s.sequence, s.position, s.added, s.kind
  FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[])
    AS s (subscriber, sequence, position, added, kind)`;
const INSERT_NOTICES = `
  INSERT INTO feed_notices (subscriber, sequence, kind, reason, sequences, due_at, state, details)
  SELECT n.subscriber, n.sequence, n.kind, n.reason, n.sequences, n.due_at, n.state, n.details
  FROM jsonb_to_recordset($1::jsonb) AS n (
    subscriber int, sequence bigint, kind text, reason text, sequences bigint[], due_at timestamptz, state text, details jsonb)`;
const COUNT_ON = `
  UPDATE feed_subscribers f SET sequence = c.sequence, added = c.added
  FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS c (subscriber, sequence, added)
  WHERE f.subscriber = c.subscriber`;

/**
 * What one transaction of fan-out writes. Slots are gathered and written in one statement, before anything that has to find
 * them and at the end; how far each subscriber's sequence is, once at the end, so that deliveries wait as little as can be.
 */
export class Turn {
  private slots = {
    subscribers: [] as number[],
    sequences: [] as number[],
    positions: [] as number[],
    added: [] as number[],
    kinds: [] as number[],
  };
  private notices: object[] = [];
  private readonly moved = new Set<Counted>();
  /** Slots written so far. */
  stored = 0;

  constructor(
    readonly write: Pick<LogWrites, 'query'>,
    private readonly subscribers: ReadonlyMap<number, Counted>,
    private readonly recallMs: number,
  ) {}

  /** The next place in a subscriber's sequence, for an event at a position. */
  event(subscriber: number, position: number, givenAt: number): void {
    this.place(subscriber, position, givenAt, SLOT.event);
  }

  notice(cause: Cause, { subscriber, kind, reason, sequences, details }: Notice): void {
    const sequence = this.place(subscriber, cause.position, cause.givenAt, SLOT.notice, sequences.length);
    const asks = sequences.length > 0;
    this.notices.push({
      subscriber,
      sequence,
      kind,
      reason,
      sequences,
      due_at: asks ? new Date(cause.givenAt / 1000 + this.recallMs).toISOString() : null,
      state: asks ? 'pending' : null,
      details: details ?? {},
    });
  }

  private place(subscriber: number, position: number, givenAt: number, kind: number, about = 1): number {
    const counted = this.subscribers.get(subscriber);
    if (counted === undefined) throw new Error(`there is no subscriber ${subscriber}`);
    counted.sequence += 1;
    counted.added = Math.max(counted.added + ADDED_STEP, givenAt);
    this.moved.add(counted);
    const { slots } = this;
    slots.subscribers.push(subscriber);
    slots.sequences.push(counted.sequence);
    slots.positions.push(position);
    slots.added.push(counted.added);
    slots.kinds.push(kind);
    counted.added += Math.max(about - 1, 0) * ADDED_STEP;
    return counted.sequence;
  }

  /** Writes the slots gathered so far. */
  async flush(): Promise<void> {
    const { subscribers, sequences, positions, added, kinds } = this.slots;
    const writing: Promise<unknown>[] = [];
    if (subscribers.length > 0) {
      this.stored += subscribers.length;
      this.slots = { subscribers: [], sequences: [], positions: [], added: [], kinds: [] };
      writing.push(this.write.query(INSERT_SLOTS, [subscribers, sequences, positions, added, kinds].map(listOf)));
    }
    if (this.notices.length > 0) {
      const notices = JSON.stringify(this.notices);
      this.notices = [];
      writing.push(this.write.query(INSERT_NOTICES, [notices]));
    }
    await Promise.all(writing);
  }

  /** Writes what is left, and where each sequence stands. */
  async end(): Promise<void> {
    const writing: Promise<unknown>[] = [this.flush()];
    const moved = [...this.moved].sort((a, b) => a.subscriber - b.subscriber);
    if (moved.length > 0)
      writing.push(
        this.write.query(COUNT_ON, [
          listOf(moved.map(({ subscriber }) => subscriber)),
          listOf(moved.map(({ sequence }) => sequence)),
          listOf(moved.map(({ added }) => added)),
        ]),
      );
    await Promise.all(writing);
  }
}
