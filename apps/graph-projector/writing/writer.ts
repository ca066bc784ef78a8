import { GraphUnavailable, PositionsMoved, type GraphWrite, type PositionNode, type ProjectionMarks } from '#graph';
import { assemble, movesOf, versionKey, type Marks } from './assemble.js';
import type { GraphStore } from './graph-store.js';
import type { PreparedEvent } from './prepare.js';

/** What happened while a batch was written, for those who watch. */
export interface WriterReport {
  /** An event was parked for a fault of its own (not merely behind another). */
  parked(event: PreparedEvent, code: string, reason: string): void;
  /** A batch was refused by a store that answers, and is tried in halves. */
  halved(events: number, reason: string): void;
  /** Withdrawals that met no standing statement. */
  notFound(count: number): void;
}

/** Tries of a single event that a working store refuses, before it is parked: a moment's defect must not park it. */
const TRIES = 3;

/**
 * Writes batches and knows what the graph remembers. A store that does not answer is none of its business: the error goes up,
 * and nothing is parked. A store that answers and refuses means an event at fault: halves are tried until it stands alone.
 */
export class Writer {
  private readonly positions: Map<string, PositionNode>;
  private readonly parked: Set<string>;
  private readonly discarded: Set<string>;

  constructor(
    private readonly store: GraphStore,
    marks: ProjectionMarks,
    private readonly report: WriterReport,
  ) {
    this.positions = new Map(marks.positions.map((node) => [node.key, node]));
    this.parked = new Set(marks.parked.map(({ stream }) => stream));
    this.discarded = new Set(marks.discarded.map(({ stream, streamVersion }) => versionKey(stream, streamVersion)));
  }

  get marks(): Marks {
    return { positions: this.positions, parked: this.parked, discarded: this.discarded };
  }

  /** Writes events that stand in each partition's order. @throws GraphUnavailable, PositionsMoved */
  async write(events: readonly PreparedEvent[]): Promise<void> {
    for (let tries = 1; events.length > 0; tries++) {
      try {
        return await this.apply(assemble(events, this.marks), events);
      } catch (error) {
        if (error instanceof PositionsMoved || mustWait(error, events.length)) throw error;
        await this.store.probe(); // throws when it was an outage after all
        const { reason } = faultOf(error);
        if (events.length > 1) {
          this.report.halved(events.length, reason);
          const half = events.length >> 1;
          await this.write(events.slice(0, half));
          return await this.write(events.slice(half));
        }
        if (tries >= TRIES) events = events.map((event) => ({ ...event, projected: { fault: faultOf(error) } }));
      }
    }
  }

  /** Carries out a write of another shape, for the moves of these events, and remembers what it leaves. */
  async apply(write: GraphWrite, events: readonly PreparedEvent[]): Promise<void> {
    const { notFound } = await this.store.apply(write);
    if (notFound > 0) this.report.notFound(notFound);
    for (const { from, to } of write.moves) this.positions.set(from.key, { ...from, ...to });
    for (const stream of write.anew?.streams ?? []) this.parked.delete(stream);
    for (const { stream, streamVersion } of write.anew?.discarded ?? [])
      this.discarded.add(versionKey(stream, streamVersion));
    const byPosition = new Map(events.map((event) => [event.position, event]));
    for (const { position, stream, code, reason } of write.parked) {
      this.parked.add(stream);
      const event = byPosition.get(position);
      if (event !== undefined && code !== 'behind') this.report.parked(event, code, reason);
    }
  }

  /** Moves of events that change nothing else. */
  moves(events: readonly PreparedEvent[]): ReturnType<typeof movesOf> {
    return movesOf(events, this.positions);
  }
}

/** An outage, or a store that is overloaded: waiting helps, and smaller portions where the whole was too much for it. */
function mustWait(error: unknown, events: number): boolean {
  if (error instanceof GraphUnavailable) return !(error.tooMuch && events > 1);
  return (error as { code?: unknown }).code === 'graph.timeout' && events === 1;
}

/** Only a code is kept of what the store says: its words repeat the values that it refuses. */
function faultOf(error: unknown): { code: string; reason: string } {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && error instanceof Error) return { code: 'store.refused', reason: error.message };
  return { code: 'projection.failed', reason: 'the event could not be written; the log of the projector says why' };
}
