import { setTimeout as pause } from 'node:timers/promises';
import { newStream } from '../../support/log-events.js';
import type { Seen } from './faults.js';
import { Refused, RolledBack, type Addition, type Writer } from './writers.js';

export interface WorkloadSize {
  writers: number;
  /** Events of single commands, about. */
  singles: number;
  /** Rounds of each of the two bulk writers; a round is one append of `BULK` events. */
  bulkRounds: number;
  /** How long one transaction is held open after its append. */
  heldMs: number;
  /** Pairs of commands of which one takes its transaction id early, or appends twice. */
  early: number;
  twice: number;
}

export const BULK = 500;
/** Few streams, so that writers meet. */
const SHARED_STREAMS = 24;
const ROLLBACK_SHARE = 0.05;
const SEED = 20_261_122;

/**
 * Sixteen writers on a few streams, early transaction ids, rollbacks, a transaction held open, and two bulk writers beside
 * each other. Seeded: the choices repeat, their interleaving is the machine's.
 * @returns what was acknowledged, by id
 */
export async function runWorkload(writer: Writer, size: WorkloadSize): Promise<Map<string, Seen>> {
  const acknowledged = new Map<string, Seen>();
  const streams = Array.from({ length: SHARED_STREAMS }, newStream);
  const random = randomOf(SEED);
  const streamAt = (): string => streams[Math.floor(random() * streams.length)] as string;
  let left = size.singles;
  let early = size.early;
  let twice = size.twice;

  /** A command, repeated while another one was first; what it acknowledges is kept in mind. */
  const command = async (work: () => Promise<Seen[]>): Promise<void> => {
    for (;;) {
      try {
        for (const seen of await work()) acknowledged.set(seen.id, seen);
        return;
      } catch (error) {
        if (error instanceof RolledBack) return;
        if (!(error instanceof Refused)) throw error;
      }
    }
  };
  const add = (additions: Addition[], within?: () => Promise<void>): Promise<void> =>
    command(() => writer.add(additions, within));

  const single = async (): Promise<void> => {
    const events = 1 + Math.floor(random() * 3);
    left -= events;
    if (random() < ROLLBACK_SHARE) return add([{ stream: streamAt(), events }], () => Promise.reject(new RolledBack()));
    if (early > 0) {
      early -= 1;
      return earlyPair(writer, add, command, streamAt());
    }
    if (twice > 0) {
      twice -= 1;
      return twicePair(writer, add, command, streamAt(), newStream());
    }
    const other = random() < 0.2 ? [{ stream: newStream(), events: 1, fresh: true }] : [];
    return add([{ stream: streamAt(), events }, ...other]);
  };

  const one = async (): Promise<void> => {
    while (left > 0) await single();
  };
  const bulk = async (): Promise<void> => {
    for (let round = 0; round < size.bulkRounds; round++)
      await add(Array.from({ length: BULK }, () => ({ stream: newStream(), events: 1, fresh: true })));
  };
  const held = async (): Promise<void> => {
    if (size.heldMs > 0) await add([{ stream: newStream(), events: 3 }], () => pause(size.heldMs));
  };
  await Promise.all([held(), bulk(), bulk(), ...Array.from({ length: size.writers }, one)]);
  return acknowledged;
}

/** What the log refuses ends as the same command done properly. */
async function earlyPair(
  writer: Writer,
  add: (additions: Addition[]) => Promise<void>,
  command: (work: () => Promise<Seen[]>) => Promise<void>,
  stream: string,
): Promise<void> {
  let tried = false;
  await command(() => {
    if (tried) return writer.add([{ stream, events: 1 }]);
    tried = true;
    return writer.addEarly({ stream, events: 1 }, () => add([{ stream, events: 1 }]));
  });
}

async function twicePair(
  writer: Writer,
  add: (additions: Addition[]) => Promise<void>,
  command: (work: () => Promise<Seen[]>) => Promise<void>,
  stream: string,
  other: string,
): Promise<void> {
  let tried = false;
  const first = { stream: other, events: 1 };
  const second = { stream, events: 1 };
  await command(() => {
    if (tried) return writer.add([first, second]);
    tried = true;
    return writer.addTwice(first, second, () => add([{ stream, events: 1 }]));
  });
}

/** mulberry32: small, and the same on every machine. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
