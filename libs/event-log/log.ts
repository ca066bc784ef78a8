import type { EventBody, EventCodec, EventDraft, Decoded, KnownEvent, RecordedEvent, Topic } from '#events';
import type { Lease } from './lease.js';

/**
 * What the log offers. The shape enforces the one order in which a command may work: first read and lock, then append in ONE
 * statement, then write what else belongs to the command. An append after another write would give the transaction its id
 * too early, and the relay would send the stream's events in the wrong order.
 */
export interface EventLog {
  /**
   * One command in one transaction. `prepare` may read and take advisory locks; what it returns is appended as the first
   * write; `afterwards` writes what belongs to the same command; then the transaction is committed. Rests on READ COMMITTED:
   * lock and read are two statements, or the read would use a snapshot older than the lock.
   * @throws {@link LogRefusal}: `stream.conflict` (retriable: another writer was first), `event.too-large`, `event.invalid`,
   *   `event.duplicate-id`, `stream.name`, `marking.collision`, `append.not-first`, `log.unavailable` (retriable)
   */
  transact<T>(prepare: (read: LogReads) => Promise<Prepared<T>>): Promise<T>;
  /** Events of one stream in version order. Throws `event.undecodable`: nothing may be decided on a stream that cannot be read. */
  readStream(stream: string): Promise<KnownEvent[]>;
  /** Raw rows in position order: `after` < position <= `upTo`. Asking for some topics still costs the scan of all. */
  readPositions(range: PositionRange): Promise<LoggedRow[]>;
  /** One outcome for each row, in order; a row that cannot be read never spoils its neighbours. */
  decode(rows: readonly { body: string }[]): Promise<Decoded[]>;
  readonly positions: LogPositions;
  /** The history that the log stands for; it is raised when another copy of the database was put back. */
  incarnation(): Promise<number>;
  /** Where each event of Kafka's topics belongs, as the relay recorded it. */
  topics(): Promise<TopicRecord[]>;
  /** A right to be the only active one, by the database's clock. */
  lease(name: string, options: { holder: string; seconds: number }): Lease;
  /** For read tables and audit; never part of a command's transaction. */
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
  /** Looks again whether the database is the one that the log was recorded in. @throws as `openLog` does */
  verify(): Promise<void>;
  close(): Promise<void>;
}

export interface LogOptions {
  /** `postgresql://` address of the application's role, which owns no table. */
  url: string;
  /** Shown in pg_stat_activity, so that whoever holds the log back can be named. */
  applicationName: string;
  /** Connections at most; default 10. */
  poolSize?: number;
  codec?: EventCodec;
  clock?: () => Date;
  /** Milliseconds that one statement may take; default 30,000. */
  statementTimeoutMs?: number;
}

/** What a command may do before its append: read, and take locks that need no transaction id. */
export interface LogReads {
  /** Events of each stream in version order; a stream without events is absent. Throws `event.undecodable`. */
  readStreams(streams: readonly string[]): Promise<Map<string, KnownEvent[]>>;
  /** Read-only by contract; a write here makes the append refuse (`append.not-first`). */
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
  /** Advisory lock until the transaction ends, or false at once when another transaction has it. */
  tryLock(key: string): Promise<boolean>;
  /**
   * Advisory locks until the transaction ends, waited for up to the session's lock_timeout. Shared ones go together, an
   * exclusive one with no other. All of one call are taken in one order, so that two callers do not wait for each other.
   * @throws {@link LogRefusal} `log.unavailable` (retriable) when the wait took too long, `stream.conflict` (retriable) when two
   *   callers waited for each other after all
   */
  lockShared(keys: readonly string[]): Promise<void>;
  lockExclusive(keys: readonly string[]): Promise<void>;
}

/** What a command may do after its append, in the same transaction. */
export interface LogWrites {
  /** With what has just been appended: for tables that follow from whole streams, never for a decision. */
  readStreams(streams: readonly string[]): Promise<Map<string, KnownEvent[]>>;
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
}

/** What a command decided: events to append, or nothing (a replayed answer, a recorded refusal). */
export type Prepared<T> =
  | { append: StreamWrite[]; afterwards: (write: LogWrites, appended: RecordedEvent[]) => Promise<T> }
  | { append: 'nothing'; result: T }
  | { append: 'nothing'; afterwards: (write: LogWrites) => Promise<T> };

/** Events for one stream, which must stand at `expectedVersion` (0: it does not exist yet). A stream occurs once in an append. */
export interface StreamWrite {
  stream: string;
  expectedVersion: number;
  /** Organisation that says it. */
  source: string;
  events: readonly EventDraft<EventBody>[];
}

export interface PositionRange {
  after: number;
  upTo?: number;
  limit: number;
  topics?: readonly Topic[];
}

/** An event at its place in the log, undecoded. */
export interface LoggedRow {
  position: number;
  /** The history that the row was read from: the log's incarnation now, not that of the day it was appended. */
  incarnation: number;
  stream: string;
  streamVersion: number;
  id: string;
  topic: Topic;
  type: string;
  /** Exactly the bytes that Kafka carries. */
  body: string;
  /** When the position was given (ISO 8601, UTC, always six digits of a second: later times are later texts); never goes back as positions grow. */
  givenAt: string;
}

export interface LogPositions {
  /** Last position given; 0 in an empty log. */
  head(): Promise<number>;
  /** Last position that Kafka acknowledged. */
  published(): Promise<number>;
  /** Last position given at or before a time; 0 when there was none. */
  at(time: Date): Promise<number>;
  /** When a position was given (ISO 8601, UTC), or undefined when it was not. */
  givenAt(position: number): Promise<string | undefined>;
  /** Id of the event at a position: readers compare it with the last one they applied, and notice another history. */
  eventIdAt(position: number): Promise<string | undefined>;
}

/** One generation of a topic, and how far the relay has sent into each of its partitions. */
export interface TopicRecord {
  topic: Topic;
  generation: number;
  kafkaName: string;
  /** Positions up to here travel in the generations before. A record beyond the next generation's start is to be dropped. */
  startsAfter: number;
  /** Somebody asked for a new generation with so many partitions; the relay opens it once everything sent is acknowledged. */
  wantedPartitions?: number;
  /** By partition number. */
  partitions: PartitionRecord[];
}

export interface PartitionRecord {
  partition: number;
  /** What the first record of this partition names as the one before it: where this generation begins. */
  firstPrevious: number;
  /** Position of the last record that Kafka acknowledged; `firstPrevious` when there is none yet. */
  lastPosition: number;
}

/** Largest body of an event in bytes of UTF-8. Kafka's default takes 1 MB with headers; a larger one would be retried for ever. */
export const MAX_EVENT_BYTES = 900 * 1024;
/** Most events in one append: a longer transaction would hold everybody's relay back. */
export const MAX_APPEND_EVENTS = 500;
/** Most bytes of all bodies in one append, for the same reason. */
export const MAX_APPEND_BYTES = 32 * 1024 * 1024;
