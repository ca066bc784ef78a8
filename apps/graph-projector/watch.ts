import type { ForeignRecord } from '#kafka';
import type { WriterReport } from './writing/writer.js';

/** What the projector is doing, in one word. */
export type ProjectorState = 'standby' | 'projecting' | 'waiting' | 'other-history' | 'stopped';

/** How far the graph is behind the log. */
export interface Lag {
  /** Positions between the last that Kafka has and the last up to which everything took effect. */
  positions: number;
  /** Age of the oldest event that has not taken effect, in seconds; 0 when all have. */
  seconds: number;
  parkedStreams: number;
}

/** Those who watch the projector: log lines and figures in a process, a list in a test. Names positions, never a key. */
export interface Watch extends WriterReport {
  state(state: ProjectorState): void;
  /** Something that Kafka should have brought is missing and is now read from the log: an alarm. */
  gap(kind: 'hole' | 'tail', partition: string, from: number, to: number): void;
  /** Records that are not the relay's, or of an older history: dropped. */
  dropped(records: readonly (ForeignRecord | { partition: string; position: number; fault: string })[]): void;
  wrote(events: number, milliseconds: number): void;
  lag(lag: Lag): void;
  /** The stretch ended: a store is away, somebody else moved the positions, another history. It begins anew by itself. */
  interrupted(error: unknown): void;
}
