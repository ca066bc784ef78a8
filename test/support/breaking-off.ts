/** A log on which transactions break off where a kill would break them off, each place in turn, and go through otherwise. */
import type { EventLog, LogReads, Prepared } from '#event-log';

export const BREAKS = ['before the append', 'after the append', 'after the commit'] as const;
export type Break = (typeof BREAKS)[number];

const KILL = 'SELECT pg_terminate_backend(pg_backend_pid())';

/** @param next where the transaction that begins breaks off; undefined: nowhere */
export function breakingOff(log: EventLog, next: () => Break | undefined): EventLog {
  const transact = async <T>(prepare: (read: LogReads) => Promise<Prepared<T>>): Promise<T> => {
    const at = next();
    const result = await log.transact<T>(async (read) => {
      const prepared = await prepare(read);
      if (at === 'before the append') await read.query(KILL, []);
      if (at !== 'after the append' || !('afterwards' in prepared) || prepared.append === 'nothing') return prepared;
      return {
        append: prepared.append,
        afterwards: async (write, appended) => {
          const kept = await prepared.afterwards(write, appended);
          await write.query(KILL, []);
          return kept;
        },
      };
    });
    if (at === 'after the commit') throw new Error('broken off after the commit');
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
