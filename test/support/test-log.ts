/** A migrated database with an open log on it, for specs that need the real one. */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { createAppLogin, migrate, openLog, type EventLog, type MigrationList } from '#event-log';
import { createDatabase, uniquePrefix, type TestDatabase } from '../../infra/local/test-servers.js';

export interface TestLog {
  log: EventLog;
  /** Connected as the owner of the tables, to look at what the application may not, and to prepare what it could not. */
  owner: pg.Client;
  /** Address of the owner of the tables. */
  ownerUrl: string;
  /** Address of the application's own login. */
  url: string;
  close(): Promise<void>;
}

/** A database with this schema: a copy of the one that was migrated once in the run, whoever asked for it first. */
export async function migratedDatabase(name: string, migrations: readonly MigrationList[]): Promise<TestDatabase> {
  const names = migrations.flat().map((migration) => migration.name);
  return await createDatabase(name, {
    name: createHash('sha256').update(names.join()).digest('hex').slice(0, 12),
    prepare: async (url) => void (await migrate(url, migrations)),
  });
}

/**
 * @param name tells the databases of specs apart
 * @param clock when events are recorded; the process's own where none is given
 */
export async function openTestLog(
  name: string,
  migrations: readonly MigrationList[],
  clock?: () => Date,
): Promise<TestLog> {
  const database = await migratedDatabase(name, migrations);
  const url = await createAppLogin(database.url, { name: uniquePrefix('app'), password: 'only-for-tests' });
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const log = await openLog({ url, applicationName: name, poolSize: 4, ...(clock !== undefined && { clock }) });
  return {
    log,
    owner,
    ownerUrl: database.url,
    url,
    close: async () => {
      await log.close();
      await owner.end();
      await database.drop();
    },
  };
}
