import pg from 'pg';
import { PlainEventCodec } from '#events';
import type { EventLog, LogOptions } from './log.js';
import { PostgresLog } from './postgres-log.js';
import { PostgresRelayLog, type RelayLog } from './relay-log.js';
import { openPool } from './session.js';
import { verifyDatabase } from './verify.js';

/**
 * Opens the log, or refuses to start.
 * @throws {@link LogRefusal}: `log.unavailable` (retriable), `log.schema`, `log.role`, `log.other-database`
 */
export async function openLog(options: LogOptions): Promise<EventLog> {
  return (await opened(options)).log;
}

/** Opens the log for the relay. */
export async function openRelayLog(options: LogOptions): Promise<RelayLog> {
  const { log, pool } = await opened(options);
  return new PostgresRelayLog(log, pool);
}

async function opened(options: LogOptions): Promise<{ log: EventLog; pool: pg.Pool }> {
  const pool = openPool(options);
  try {
    await verifyDatabase(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const log = new PostgresLog(pool, options.codec ?? new PlainEventCodec(), options.clock ?? (() => new Date()));
  return { log, pool };
}

/**
 * The restore command: records the database that is there now as the log, in a new incarnation. For an operator, as owner of
 * the tables, with the applications stopped, after a restore or a fail-over.
 * @returns the new incarnation
 */
export async function acceptRestoredDatabase(ownerUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'breakwater-restore' });
  await client.connect();
  try {
    await client.query('BEGIN');
    // Waits for open appends, which stamped the old incarnation, as raising it anywhere else does.
    await client.query('LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE');
    const { rows } = await client.query<{ incarnation: number }>(`
      UPDATE log_state SET incarnation = incarnation + 1, timeline = database_timeline(),
        system_identifier = (SELECT system_identifier::text FROM pg_control_system())
      RETURNING incarnation`);
    await client.query('COMMIT');
    return rows[0]?.incarnation ?? 0;
  } finally {
    await client.end();
  }
}
