import pg from 'pg';
import { gatheringSocket } from './gathering-socket.js';
import type { LogOptions } from './log.js';

const DEFAULT_POOL = 10;
const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000;
/** pg has no default here: an unreachable server would hang every caller. */
const CONNECT_TIMEOUT_MS = 5_000;

const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** Our integers stay below 2^53, and times leave as ISO 8601 in UTC with the microseconds that the database keeps. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
    if (oid === INT8) return Number;
    if (oid === TIMESTAMPTZ) return isoTime;
    return (pg.types.getTypeParser as (oid: number, format?: string) => (text: string) => unknown)(oid, format);
  },
};

/**
 * `2026-11-22 06:14:16.12+00`, as a session in UTC writes it, to `2026-11-22T06:14:16.120000Z`: always six digits, so that
 * later times are later texts too. Infinities stay as they are.
 */
function isoTime(text: string): string {
  if (!text.endsWith('+00')) return text;
  const fraction = text.slice(19, -3) || '.';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${fraction.padEnd(7, '0')}Z`;
}

/**
 * What every session of an application says of itself. A client that falls silent inside a transaction would hold back
 * everybody's relay, so the server ends it. `transaction_timeout` exists from PostgreSQL 17 on and is set where it does.
 */
const SESSION = `
  SELECT set_config(s.name, s.value, false)
  FROM (VALUES ('idle_in_transaction_session_timeout', '30s'), ('transaction_timeout', '60s'), ('lock_timeout', '10s'))
    AS s (name, value)
  JOIN pg_settings USING (name)`;

/** Connections of the application's role, settings applied before the first use. */
export function openPool(options: LogOptions): pg.Pool {
  const config: pg.PoolConfig & { pipeline: boolean; onConnect: (client: pg.ClientBase) => Promise<unknown> } = {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.poolSize ?? DEFAULT_POOL,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types,
    options: `-c TimeZone=UTC -c statement_timeout=${options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS}`,
    stream: gatheringSocket,
    pipeline: true, // statements that need not wait for each other's answer share a round trip
    onConnect: (client) => client.query(SESSION),
  };
  const pool = new pg.Pool(config);
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
