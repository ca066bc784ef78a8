import type pg from 'pg';
import type { Topic } from '#events';
import type { Lease } from './lease.js';
import type { EventLog } from './log.js';
import { refusalOf } from './refusals.js';
import { verifyDatabase } from './verify.js';

/**
 * What only the active relay does with the log. Each step proves the lease inside its own statement, so that a relay which
 * was paused and overtaken changes nothing, however late it continues.
 */
export interface RelayLog {
  readonly log: EventLog;
  /** Looks again whether the database is the one that the log was recorded in. @throws as `openRelayLog` does */
  verify(): Promise<void>;
  /** Gives positions to up to `atMost` events that no open transaction can still come before. */
  sequence(lease: Lease, atMost: number): Promise<Sequenced>;
  /** Events after a position in position order: at least one where there is one, no more than fit into memory. */
  unsent(after: number, limit: number): Promise<UnsentRow[]>;
  /** Records that Kafka acknowledged everything up to a position, and the last position in each partition. */
  savePublished(lease: Lease, position: number, lasts: readonly PartitionLast[]): Promise<void>;
  /** Opens a new history, after waiting for open appends; returns the one that stands now. */
  raiseIncarnation(lease: Lease, seen: number, raised: number): Promise<number>;
  /** Records a new generation, which begins after the last published position; returns that position. */
  recordTopic(lease: Lease, record: NewTopic): Promise<number>;
  /** Asks the relay for a new generation of a topic; false when the topic has none yet. */
  wantPartitions(topic: Topic, partitions: number): Promise<boolean>;
  /** Seconds since the oldest event without a position was appended; 0 when every event has one. */
  oldestUnsequencedSeconds(): Promise<number>;
  /** Transactions of the whole cluster that have an id for longer than so many seconds: nothing after them can be sent. */
  holdingBack(seconds: number): Promise<Holder[]>;
}

export interface Sequenced {
  given: number;
  head: number;
  /** Streams of which a later version came to stand before an earlier one: somebody wrote past the log. */
  backwards: string[];
}

export interface UnsentRow {
  position: number;
  stream: string;
  topic: Topic;
  type: string;
  id: string;
  body: string;
}

export interface PartitionLast {
  topic: Topic;
  generation: number;
  partition: number;
  position: number;
}

export interface NewTopic {
  topic: Topic;
  generation: number;
  partitions: number;
  kafkaName: string;
}

/** A transaction that holds the log back, in words an operator can act on. */
export interface Holder {
  what: string;
  who: string;
  application: string;
  database: string;
  state: string;
  age: number;
}

const SEQUENCE = {
  name: 'sequence_events',
  text: 'SELECT given, head, backwards FROM sequence_events($1, $2, $3, $4, $5, $6)',
};
const SAVE = { name: 'save_published', text: 'SELECT save_published($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)' };
/** Stored bytes (compressed) that one reading brings into memory at most, but for a single event. */
const READ_BYTES = 16 * 1024 * 1024;
/** Positions are dense: the range bounds the work, and the sub-select keeps every plan on the index. */
const UNSENT = {
  name: 'unsent',
  text: `
    SELECT u.position, u.stream, u.topic, u.type, u.id, u.body
    FROM (
      SELECT p.position, e.stream, e.topic, e.type, e.id, e.body,
        sum(pg_column_size(e.body)) OVER (ORDER BY p.position) AS bytes
      FROM log_positions p JOIN LATERAL (SELECT * FROM events v WHERE v.seq = p.seq OFFSET 0) e ON true
      WHERE p.position > $1 AND p.position <= $2
    ) u
    WHERE u.bytes <= ${READ_BYTES} OR u.position = $1 + 1
    ORDER BY u.position`,
};
/** LATERAL, so that the index is entered at the cursor: as a plain join, each look would read the whole log. */
const OLDEST = {
  name: 'oldest_unsequenced',
  text: `
    SELECT extract(epoch FROM clock_timestamp() - next.recorded_time)::double precision AS seconds
    FROM log_sequenced s, LATERAL (
      SELECT e.recorded_time FROM events e
      WHERE (e.incarnation, e.txid, e.seq) > (s.incarnation, s.txid, s.seq)
      ORDER BY e.incarnation, e.txid, e.seq LIMIT 1
    ) next`,
};

export class PostgresRelayLog implements RelayLog {
  constructor(
    readonly log: EventLog,
    private readonly pool: pg.Pool,
  ) {}

  verify(): Promise<void> {
    return verifyDatabase(this.pool);
  }

  async sequence(lease: Lease, atMost: number): Promise<Sequenced> {
    const [row] = await this.rows<Sequenced & { backwards: string[] | null }>(SEQUENCE, [...lease.proof(), atMost]);
    return { given: row?.given ?? 0, head: row?.head ?? 0, backwards: row?.backwards ?? [] };
  }

  unsent(after: number, limit: number): Promise<UnsentRow[]> {
    return this.rows<UnsentRow>(UNSENT, [after, after + limit]);
  }

  async savePublished(lease: Lease, position: number, lasts: readonly PartitionLast[]): Promise<void> {
    await this.rows(SAVE, [
      ...lease.proof(),
      position,
      lasts.map((last) => last.topic),
      lasts.map((last) => last.generation),
      lasts.map((last) => last.partition),
      lasts.map((last) => last.position),
    ]);
  }

  async raiseIncarnation(lease: Lease, seen: number, raised: number): Promise<number> {
    const [row] = await this.rows<{ history: number }>(
      { text: 'SELECT raise_incarnation($1, $2, $3, $4, $5, $6, $7) AS history' },
      [...lease.proof(), seen, raised],
    );
    return row?.history ?? seen;
  }

  async recordTopic(lease: Lease, { topic, generation, partitions, kafkaName }: NewTopic): Promise<number> {
    const [row] = await this.rows<{ start: number }>(
      { text: 'SELECT record_topic($1, $2, $3, $4, $5, $6, $7, $8, $9) AS start' },
      [...lease.proof(), topic, generation, partitions, kafkaName],
    );
    return row?.start ?? 0;
  }

  async wantPartitions(topic: Topic, partitions: number): Promise<boolean> {
    const [row] = await this.rows<{ found: boolean }>({ text: 'SELECT want_partitions($1, $2) AS found' }, [
      topic,
      partitions,
    ]);
    return row?.found === true;
  }

  async oldestUnsequencedSeconds(): Promise<number> {
    const [row] = await this.rows<{ seconds: number | null }>(OLDEST, []);
    return Math.max(0, row?.seconds ?? 0);
  }

  holdingBack(seconds: number): Promise<Holder[]> {
    return this.rows<Holder>({ text: 'SELECT * FROM holds_log_back($1)' }, [seconds]);
  }

  private async rows<Row>(statement: { name?: string; text: string }, values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.pool.query({ ...statement, values });
      return rows as Row[];
    } catch (error) {
      throw refusalOf(error);
    }
  }
}
