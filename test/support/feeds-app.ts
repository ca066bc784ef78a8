/** partner-feeds in this process, on a database and an issuer of its own, for specs of its routes. */
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

export async function openTestFeedsApp(name: string, settings: Record<string, string> = {}): Promise<TestFeedsApp> {
  const stand = await FeedStand.open(name);
  const { DATABASE_URL: _, BREAKWATER_ID_KEY: __, ...environment } = stand.store.environment;
  const lines: string[] = [];
  const app = await startPartnerFeeds(
    readSettings(
      { oidc: OidcSettings, cursorKey: CursorKeySettings, feedKey: FeedKeySettings, feeds: FeedSettings },
      {
        ...environment,
        BREAKWATER_CURSOR_KEY: Buffer.alloc(32, 8).toString('base64'),
        BREAKWATER_FEED_KEY: FEED_KEY.toString('base64'),
        ...settings,
      },
    ),
    stand.log,
    { ownsProcess: false, log: createLogger('partner-feeds', 'info', { write: (line) => void lines.push(line) }) },
  );
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
