import type pg from 'pg';
import { LogRefusal, refusalOf } from './refusals.js';

interface DatabaseIdentity {
  recorded: string;
  actual: string;
  recorded_timeline: number;
  actual_timeline: number;
  mighty: boolean;
}

const IDENTITY = `
  SELECT s.system_identifier AS recorded, c.system_identifier::text AS actual,
    s.timeline AS recorded_timeline, database_timeline() AS actual_timeline,
    has_table_privilege('events', 'UPDATE, DELETE, TRUNCATE') AS mighty
  FROM log_state s CROSS JOIN pg_control_system() c`;

/**
 * Refuses a database that cannot be the log: without the schema; another one than recorded (a restore or a fail-over, after
 * which positions may mean other events); or reached by a role that could rewrite the past.
 */
export async function verifyDatabase(pool: pg.Pool): Promise<void> {
  const identity = await identityOf(pool);
  if (identity.mighty)
    throw new LogRefusal(
      'log.role',
      'DATABASE_URL names a role that could change or delete events: use a login that is a member of breakwater_app and owns no table',
    );
  const same = identity.recorded === identity.actual && identity.recorded_timeline === identity.actual_timeline;
  if (!same)
    throw new LogRefusal(
      'log.other-database',
      `this database (system ${identity.actual}, timeline ${identity.actual_timeline}) is not the one recorded in the log ` +
        `(system ${identity.recorded}, timeline ${identity.recorded_timeline}): if it was restored or failed over, ` +
        'run the restore command, which opens a new incarnation of the log',
    );
}

async function identityOf(pool: pg.Pool): Promise<DatabaseIdentity> {
  try {
    const { rows } = await pool.query<DatabaseIdentity>(IDENTITY);
    const [identity] = rows;
    if (identity !== undefined) return identity;
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === '42501')
      throw new LogRefusal(
        'log.role',
        'the role in DATABASE_URL may not read the log: GRANT breakwater_app to it, and EXECUTE ON FUNCTION pg_control_system() where that is restricted',
        { cause: error },
      );
    if (code !== '42P01' && code !== '42883') throw refusalOf(error);
  }
  throw new LogRefusal('log.schema', 'the database has no event log: run the migrations first (npm run migrate)');
}
