import type { MigrationInterface } from 'typeorm';
import pg from 'pg';

/** The migrations of one owner (log, access, command-api), named one by one so that tests, sources and builds agree. */
export type MigrationList = readonly (new () => MigrationInterface)[];

/** Any constant will do, as long as everybody who migrates uses the same. */
const MIGRATION_LOCK = 7_305_600_001;

/**
 * Brings a database to the newest schema, and says which migrations ran. Safe when two start at once: the second waits and
 * finds nothing to do. Runs as the owner of the tables, never as the application's role.
 */
export async function migrate(ownerUrl: string, lists: readonly MigrationList[]): Promise<string[]> {
  // Loaded here because only those who migrate need it, and it costs every process that loads it a third of a second.
  const { DataSource } = await import('typeorm');
  const gate = new pg.Client({ connectionString: ownerUrl, application_name: 'breakwater-migrate' });
  await gate.connect();
  try {
    await gate.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const source = new DataSource({
      type: 'postgres',
      url: ownerUrl,
      migrations: lists.flat(),
      migrationsTableName: 'migrations',
      migrationsTransactionMode: 'each',
      applicationName: 'breakwater-migrate',
    });
    await source.initialize();
    try {
      const ran = await source.runMigrations();
      return ran.map((migration) => migration.name);
    } finally {
      await source.destroy();
    }
  } finally {
    await gate.end(); // ends the session, and with it the lock
  }
}

/**
 * A login for the applications: member of breakwater_app and owner of nothing. For the local stack and tests; a real
 * installation creates its own. The server ends the transaction of a silent client, so that it cannot hold the log back.
 * @returns the address for DATABASE_URL
 */
export async function createAppLogin(ownerUrl: string, login: { name: string; password: string }): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'breakwater-migrate' });
  await client.connect();
  try {
    const name = client.escapeIdentifier(login.name);
    const password = client.escapeLiteral(login.password);
    const exists = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [login.name]);
    await client.query(`${exists.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${name} LOGIN PASSWORD ${password}`);
    await client.query(`GRANT breakwater_app TO ${name}`);
    await client.query(`ALTER ROLE ${name} SET idle_in_transaction_session_timeout = '30s'`);
  } finally {
    await client.end();
  }
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(login.name);
  url.password = encodeURIComponent(login.password);
  return url.toString();
}
