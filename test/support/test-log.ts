/** A migrated database with an open log on it, for specs that need the real one. */
import pg from 'pg';
import { createAppLogin, migrate, openLog, type EventLog, type MigrationList } from '#event-log';
import { createDatabase, uniquePrefix } from '../../infra/local/test-servers.js';

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

/** @param name of the template database: specs that name the same one must give the same migrations */
export async function openTestLog(name: string, migrations: readonly MigrationList[]): Promise<TestLog> {
  const database = await createDatabase(name, {
    name,
    prepare: async (url) => void (await migrate(url, migrations)),
  });
  const url = await createAppLogin(database.url, { name: uniquePrefix('app'), password: 'only-for-tests' });
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const log = await openLog({ url, applicationName: name, poolSize: 4 });
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
