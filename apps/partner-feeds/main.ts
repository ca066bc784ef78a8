import { openLog } from '#event-log';
import {
  CursorKeySettings,
  DatabaseSettings,
  FeedKeySettings,
  OidcSettings,
  readSettings,
  SettingsRefused,
} from '#runtime';
import { startPartnerFeeds } from './partner-feeds.js';
import { FeedSettings } from './settings.js';

async function main(): Promise<void> {
  const settings = readSettings({
    database: DatabaseSettings,
    oidc: OidcSettings,
    cursorKey: CursorKeySettings,
    feedKey: FeedKeySettings,
    feeds: FeedSettings,
  });
  const { database } = settings;
  const log = await openLog({ url: database.url, applicationName: 'partner-feeds', poolSize: database.poolSize });
  await startPartnerFeeds(settings, log, { fansOut: true, onClosed: () => log.close() });
}

try {
  await main();
} catch (error) {
  // Named faults are for people; anything else keeps its stack.
  process.stderr.write(
    `partner-feeds does not start: ${error instanceof SettingsRefused ? error.message : String((error as Error).stack)}\n`,
  );
  process.exitCode = 1;
}
