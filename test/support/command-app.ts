/** command-api in this process, on a database and an issuer of its own, for specs of its routes. */
import pg from 'pg';
import { LOG_MIGRATIONS, type MigrationList } from '#event-log';
import { ACCESS_MIGRATIONS } from '#access';
import { createLogger } from '#runtime';
import { startCommandApi } from '../../apps/command-api/command-api.js';
import { FEED_MIGRATIONS } from '#feeds';
import { COMMAND_MIGRATIONS } from '../../apps/command-api/migrations/index.js';
import { bootstrap, type Bootstrap } from '../../apps/command-api/organisations/bootstrap.js';
import type { TokenTerms } from '../../infra/local/issuer/index.js';
import { startTestIssuer } from './test-issuer.js';
import { openTestLog, type TestLog } from './test-log.js';

export const ALL_MIGRATIONS: readonly MigrationList[] = [
  LOG_MIGRATIONS,
  ACCESS_MIGRATIONS,
  COMMAND_MIGRATIONS,
  FEED_MIGRATIONS,
];

/** Database, issuer and members that command-api works with, wherever it runs. */
export interface TestCommandStore {
  /** As the owner of the tables. */
  owner: pg.Client;
  store: TestLog;
  /** What the app is started with. */
  environment: Record<string, string>;
  tokenOf(persona: string, terms?: TokenTerms): Promise<string>;
  /** Name of the issuer, as it stands beside each member. */
  issuer: string;
  close(): Promise<void>;
}

export interface TestCommandApp extends TestCommandStore {
  address: string;
  /** Lines of the app's log. */
  lines: string[];
}

export async function openTestCommandStore(name: string): Promise<TestCommandStore> {
  const issuer = await startTestIssuer();
  const store = await openTestLog(name, ALL_MIGRATIONS);
  await bootstrap(store.log, issuer.bootstrap() as Bootstrap);
  return {
    owner: store.owner,
    store,
    environment: {
      BREAKWATER_ENV: 'local',
      DATABASE_URL: store.url,
      BREAKWATER_ID_KEY: Buffer.alloc(32, 7).toString('base64'),
      ...issuer.env(),
    },
    tokenOf: (persona, terms) => issuer.tokenFor(persona, terms),
    issuer: issuer.issuer,
    close: async () => {
      await issuer.stop();
      await store.close();
    },
  };
}

export async function openTestCommandApp(name: string, settings: Record<string, string> = {}): Promise<TestCommandApp> {
  const store = await openTestCommandStore(name);
  const lines: string[] = [];
  const app = await startCommandApi(
    { ...store.environment, ...settings },
    {
      ownsProcess: false,
      log: createLogger('command-api', 'info', { write: (line) => void lines.push(line) }),
    },
  );
  return {
    ...store,
    address: app.address,
    lines,
    close: async () => {
      await app.close();
      await store.close();
    },
  };
}
