/** partner-feeds in this process, on a database and an issuer of its own, for specs of its routes. */
import type { EventLog } from '#event-log';
import { createLogger, readSettings, FeedKeySettings, CursorKeySettings, OidcSettings, type HttpApp } from '#runtime';
import { startPartnerFeeds } from '../../apps/partner-feeds/partner-feeds.js';
import { FeedSettings } from '../../apps/partner-feeds/settings.js';
import { FeedStand } from './feed-stand.js';

export const FEED_KEY = Buffer.alloc(32, 9);

export interface TestFeedsApp {
  stand: FeedStand;
  app: HttpApp;
  address: string;
  /** Lines of the app's log. */
  lines: string[];
  close(): Promise<void>;
}

/** The app on a log and with an issuer that there are already. */
export function startTestFeedsApp(
  log: EventLog,
  environment: Record<string, string>,
  lines: string[] = [],
): Promise<HttpApp> {
  const { DATABASE_URL: _, BREAKWATER_ID_KEY: __, ...settings } = environment;
  return startPartnerFeeds(
    readSettings(
      { oidc: OidcSettings, cursorKey: CursorKeySettings, feedKey: FeedKeySettings, feeds: FeedSettings },
      {
        BREAKWATER_CURSOR_KEY: Buffer.alloc(32, 8).toString('base64'),
        BREAKWATER_FEED_KEY: FEED_KEY.toString('base64'),
        ...settings,
      },
    ),
    log,
    { ownsProcess: false, log: createLogger('partner-feeds', 'info', { write: (line) => void lines.push(line) }) },
  );
}

export async function openTestFeedsApp(name: string, settings: Record<string, string> = {}): Promise<TestFeedsApp> {
  const stand = await FeedStand.open(name);
  const lines: string[] = [];
  const app = await startTestFeedsApp(stand.log, { ...stand.store.environment, ...settings }, lines);
  return {
    stand,
    app,
    address: app.address,
    lines,
    close: async () => {
      await app.close();
      await stand.close();
    },
  };
}
