import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { EventCodec, RecordedEvent } from '#events';
import { packAppend } from './batch.js';
import type { LogReads, LogWrites, Prepared } from './log.js';
import { prepared } from './prepared.js';
import { readStreams } from './read.js';
import { LogRefusal, refusalOf } from './refusals.js';

const APPEND = {
  name: 'append_events',
  text: 'SELECT append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
};

/** Data exceptions of SQL (class 22): a NUL in a marking, say, which JSON can say and PostgreSQL cannot keep. */
const UNKEEPABLE = 'an event holds a value that the database cannot keep';

export interface TransactOptions {
  codec: EventCodec;
  clock: () => Date;
}

/**
 * One command in one transaction: read and lock, append, write the rest, commit. Nothing waits for an answer that it does not
 * need: BEGIN travels with the first reads, the append with what follows it. When the append was refused, the server refuses
 * the rest too, and the append's reason is the one told.
 */
export async function transact<T>(
  pool: pg.Pool,
  options: TransactOptions,
  prepare: (read: LogReads) => Promise<Prepared<T>>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw refusalOf(error);
  });
  let broken: Error | undefined;
  const onBroken = (error: Error): void => {
    broken = error;
  };
  client.on('error', onBroken);
  try {
    return await withinTransaction(client, options, prepare);
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw refusalOf(error);
  } finally {
    client.off('error', onBroken);
    client.release(broken);
  }
}

async function withinTransaction<T>(
  client: pg.PoolClient,
  options: TransactOptions,
  prepare: (read: LogReads) => Promise<Prepared<T>>,
): Promise<T> {
  const begun = settled(client.query('BEGIN ISOLATION LEVEL READ COMMITTED'));
  const prepared = await prepare(readsOf(client, options.codec));
  const result = await carryOut(client, options, prepared);
  await begun();
  const end = await client.query('COMMIT');
  // A write that failed and was not told to us leaves the transaction dead, and COMMIT then rolls back without an error.
  if (end.command !== 'COMMIT')
    throw new LogRefusal('append.lost-write', 'a write of the command failed and was swallowed: nothing was kept');
  return result;
}

async function carryOut<T>(client: pg.PoolClient, options: TransactOptions, prepared: Prepared<T>): Promise<T> {
  const write: LogWrites = {
    readStreams: (streams) => readStreams(client, options.codec, streams),
    query: (sql, params) => rowsOf(client, sql, params),
  };
  if (prepared.append === 'nothing') return 'afterwards' in prepared ? prepared.afterwards(write) : prepared.result;
  const { events, parameters } = await packAppend(prepared.append, options.codec, options.clock());
  const appended = settled(client.query({ ...APPEND, values: [...parameters] }));
  const rest = settled(prepared.afterwards(write, events as RecordedEvent[]));
  await appended().catch((error: { code?: string }) => {
    throw error.code?.startsWith('22') === true ? new LogRefusal('event.invalid', UNKEEPABLE, { cause: error }) : error;
  });
  return rest();
}

/** Lets a promise go on while we do something else: its failure is told when asked for, and never as "unhandled". */
function settled<T>(promise: Promise<T>): () => Promise<T> {
  promise.catch(() => undefined);
  return () => promise;
}

function readsOf(client: pg.PoolClient, codec: EventCodec): LogReads {
  return {
    readStreams: (streams) => readStreams(client, codec, streams),
    query: (sql, params) => rowsOf(client, sql, params),
    tryLock: async (key) => {
      const rows = await rowsOf<{ got: boolean }>(client, 'SELECT pg_try_advisory_xact_lock($1) AS got', [lockOf(key)]);
      return rows[0]?.got === true;
    },
    lockShared: (keys) => lockAll(client, 'pg_advisory_xact_lock_shared', keys),
    lockExclusive: (keys) => lockAll(client, 'pg_advisory_xact_lock', keys),
  };
}

const LOCKS = {
  pg_advisory_xact_lock_shared: 'SELECT pg_advisory_xact_lock_shared(k) FROM unnest($1::bigint[]) AS k',
  pg_advisory_xact_lock: 'SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k',
};

async function lockAll(client: pg.PoolClient, kind: keyof typeof LOCKS, keys: readonly string[]): Promise<void> {
  // Sorted, since the server takes them in the order of the list.
  if (keys.length > 0) await rowsOf(client, LOCKS[kind], [[...new Set(keys.map(lockOf))].sort()]);
}

function lockOf(key: string): string {
  return `${createHash('sha256').update(key).digest().readBigInt64BE(0)}`;
}

async function rowsOf<Row>(client: pg.PoolClient, sql: string, params: readonly unknown[]): Promise<Row[]> {
  const { rows } = await client.query(prepared(sql, params));
  return rows as Row[];
}
