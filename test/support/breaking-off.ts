/** A log on which transactions break off where a kill would break them off, each place in turn, and go through otherwise. */
import { LogRefusal, type EventLog, type LogReads, type LogWrites, type Prepared } from '#event-log';

export const BREAKS = ['before the append', 'after the append', 'after the commit'] as const;
/** A number: after so many statements of what is written beside the append. */
export type Break = (typeof BREAKS)[number] | number;

const KILL = 'SELECT pg_terminate_backend(pg_backend_pid())';

/** @param next where the transaction that begins breaks off; undefined: nowhere */
export function breakingOff(log: EventLog, next: () => Break | undefined): EventLog {
  const transact = async <T>(prepare: (read: LogReads) => Promise<Prepared<T>>): Promise<T> => {
    const at = next();
    const result = await log.transact<T>(async (read) => {
      const prepared = await prepare(read);
      if (at === 'before the append') await read.query(KILL, []);
      return brokenOff(prepared, at);
    });
    if (at === 'after the commit') throw new LogRefusal('log.unavailable', 'broken off after the commit');
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

function brokenOff<T>(prepared: Prepared<T>, at: Break | undefined): Prepared<T> {
  if (!('afterwards' in prepared)) return prepared;
  if (prepared.append === 'nothing') {
    const { afterwards } = prepared;
    if (typeof at !== 'number') return prepared;
    return { append: 'nothing', afterwards: (write) => afterwards(mortal(write, at)) };
  }
  if (at !== 'after the append' && typeof at !== 'number') return prepared;
  const { append, afterwards } = prepared;
  return {
    append,
    afterwards: async (write, appended) => {
      const kept = await afterwards(typeof at === 'number' ? mortal(write, at) : write, appended);
      if (at === 'after the append') await write.query(KILL, []);
      return kept;
    },
  };
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
