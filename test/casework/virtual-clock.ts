/** A log on which time goes as fast as a test says: every statement that asks the database for the time is given the test's. */
import type pg from 'pg';
import type { EventLog, LogReads, LogWrites } from '#event-log';

export class VirtualClock {
  private constructor(
    private readonly owner: pg.Client,
    private time: number,
  ) {}

  static async start(owner: pg.Client): Promise<VirtualClock> {
    await owner.query('CREATE TABLE test_time (at timestamptz NOT NULL)');
    await owner.query(
      'CREATE FUNCTION test_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT at FROM test_time $$',
    );
    await owner.query('GRANT SELECT ON test_time TO PUBLIC');
    const clock = new VirtualClock(owner, Date.now());
    await owner.query('INSERT INTO test_time VALUES ($1)', [clock.now().toISOString()]);
    return clock;
  }

  now(): Date {
    return new Date(this.time);
  }

  async pass(ms: number): Promise<void> {
    this.time += ms;
    await this.owner.query('UPDATE test_time SET at = $1', [this.now().toISOString()]);
  }

  /** The log as it works at the test's time. */
  on(log: EventLog): EventLog {
    const told = <Reads extends LogReads | LogWrites>(reads: Reads): Reads => ({
      ...reads,
      query: (sql: string, params: readonly unknown[]) => reads.query(timed(sql), params),
    });
    const transact: EventLog['transact'] = (prepare) =>
      log.transact(async (read) => {
        const prepared = await prepare(told(read));
        if (prepared.append === 'nothing') {
          if (!('afterwards' in prepared)) return prepared;
          const { afterwards } = prepared;
          return { append: 'nothing', afterwards: (write: LogWrites) => afterwards(told(write)) };
        }
        return { ...prepared, afterwards: (write, appended) => prepared.afterwards(told(write), appended) };
      });
    return new Proxy(log, {
      get: (target, name) => {
        if (name === 'transact') return transact;
        if (name === 'query') return (sql: string, params: readonly unknown[]) => log.query(timed(sql), params);
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  }
}

function timed(sql: string): string {
  return sql.replaceAll('clock_timestamp()', 'test_now()');
}
