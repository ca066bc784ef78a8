/** A log whose transactions are killed where a test says: inside, after so many statements, or after the commit. */
import { LogRefusal, type EventLog, type LogReads, type LogWrites, type Prepared } from '#event-log';

/** Statements that go through before the connection is gone; `after` when the commit went through and nobody heard of it. */
export type Kill = number | 'after';

const KILL = 'SELECT pg_terminate_backend(pg_backend_pid())';

/** @param next where the transaction that begins is killed; undefined: nowhere */
export function killing(log: EventLog, next: () => Kill | undefined): EventLog {
  const transact = async <T>(prepare: (read: LogReads) => Promise<Prepared<T>>): Promise<T> => {
    const at = next();
    const result = await log.transact<T>(async (read) => {
      const prepared = await prepare(read);
      if (typeof at !== 'number' || prepared.append !== 'nothing' || !('afterwards' in prepared)) return prepared;
      const { afterwards } = prepared;
      return { append: 'nothing', afterwards: (write) => afterwards(mortal(write, at)) };
    });
    if (at === 'after') throw new LogRefusal('log.unavailable', 'killed after the commit');
    return result;
  };
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'transact') return transact;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

function mortal(write: LogWrites, statements: number): LogWrites {
  let left = statements;
  return {
    ...write,
    query: async <Row>(sql: string, params: readonly unknown[]): Promise<Row[]> => {
      if (left === 0) await write.query(KILL, []);
      left -= 1;
      return write.query<Row>(sql, params);
    },
  };
}
