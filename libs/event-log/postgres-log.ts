import type pg from 'pg';
import type { Decoded, EventCodec, KnownEvent } from '#events';
import { DatabaseLease, type Lease } from './lease.js';
import type { EventLog, LoggedRow, LogPositions, LogReads, PositionRange, Prepared, TopicRecord } from './log.js';
import { prepared } from './prepared.js';
import { headOf, readPositions, readStreams } from './read.js';
import { refusalOf } from './refusals.js';
import { topicRecords } from './topics.js';
import { transact } from './transact.js';
import { verifyDatabase } from './verify.js';

/** The log in PostgreSQL. Every failure leaves as a refusal with a code, or as the defect that it is. */
export class PostgresLog implements EventLog {
  readonly positions: LogPositions;

  constructor(
    private readonly pool: pg.Pool,
    private readonly codec: EventCodec,
    private readonly clock: () => Date,
  ) {
    this.positions = {
      head: () => told(headOf(pool)),
      published: async () => (await this.one<number>('SELECT position AS value FROM log_published', [])) ?? 0,
      at: async (time) => (await this.one<number>('SELECT position_at($1) AS value', [time.toISOString()])) ?? 0,
      givenAt: (position) =>
        this.one<string>('SELECT given_at AS value FROM log_positions WHERE position = $1', [position]),
      eventIdAt: (position) =>
        this.one<string>(
          'SELECT e.id AS value FROM log_positions p JOIN events e ON e.seq = p.seq WHERE p.position = $1',
          [position],
        ),
    };
  }

  transact<T>(prepare: (read: LogReads) => Promise<Prepared<T>>): Promise<T> {
    return transact(this.pool, { codec: this.codec, clock: this.clock }, prepare);
  }

  async readStream(stream: string): Promise<KnownEvent[]> {
    const histories = await told(readStreams(this.pool, this.codec, [stream]));
    return histories.get(stream) ?? [];
  }

  readPositions(range: PositionRange): Promise<LoggedRow[]> {
    return told(readPositions(this.pool, range));
  }

  decode(rows: readonly { body: string }[]): Promise<Decoded[]> {
    return this.codec.decode(rows.map((row) => row.body));
  }

  async incarnation(): Promise<number> {
    return (await this.one<number>('SELECT incarnation AS value FROM log_state', [])) ?? 0;
  }

  topics(): Promise<TopicRecord[]> {
    return told(topicRecords(this.pool));
  }

  lease(name: string, options: { holder: string; seconds: number }): Lease {
    return new DatabaseLease(this.pool, name, options.holder, options.seconds);
  }

  async query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    const { rows } = await told(this.pool.query(prepared(sql, params)));
    return rows as Row[];
  }

  verify(): Promise<void> {
    return verifyDatabase(this.pool);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async one<T>(sql: string, params: readonly unknown[]): Promise<T | undefined> {
    const [row] = await this.query<{ value: T }>(sql, params);
    return row?.value;
  }
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw refusalOf(error);
  }
}
