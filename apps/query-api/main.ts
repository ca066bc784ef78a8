import { openLog } from '#event-log';
import { openGraph } from '#graph';
import {
  CursorKeySettings,
  DatabaseSettings,
  GraphSettings,
  IdKeySettings,
  OidcSettings,
  readSettings,
  SettingsRefused,
} from '#runtime';
import { startQueryApi } from './query-api.js';
import { QuestionSettings } from './settings.js';

async function main(): Promise<void> {
  const settings = readSettings({
    database: DatabaseSettings,
    graph: GraphSettings,
    oidc: OidcSettings,
    idKey: IdKeySettings,
    cursorKey: CursorKeySettings,
    questions: QuestionSettings,
  });
  const { database } = settings;
  const log = await openLog({ url: database.url, applicationName: 'query-api', poolSize: database.poolSize });
  const { url, user = '', password = '', database: name } = settings.graph;
  const graph = await openGraph({ url, user, password, ...(name === undefined ? {} : { database: name }) });
  await startQueryApi(
    settings,
    { log, graph },
    { onClosed: async () => void (await Promise.all([graph.close(), log.close()])) },
  );
}

try {
  await main();
} catch (error) {
  // Named faults are for people; anything else keeps its stack.
  process.stderr.write(
    `query-api does not start: ${error instanceof SettingsRefused ? error.message : String((error as Error).stack)}\n`,
  );
  process.exitCode = 1;
}
