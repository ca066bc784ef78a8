import type { EventLog } from '#event-log';
import {
  createLogger,
  startHttpApp,
  type HttpApp,
  type HttpAppOptions,
  type OidcSettings,
  type ProcessSettings,
} from '#runtime';
import { PartnerFeedsModule } from './partner-feeds.module.js';
import type { FeedSettings } from './settings.js';

export interface PartnerFeedsSettings {
  process: ProcessSettings;
  oidc: OidcSettings;
  cursorKey: { bytes(): Buffer };
  feedKey: { bytes(): Buffer };
  feeds: FeedSettings;
}

/** Starts the app on an open log. */
export async function startPartnerFeeds(
  settings: PartnerFeedsSettings,
  log: EventLog,
  options: Pick<HttpAppOptions, 'log' | 'ownsProcess' | 'onClosed'> = {},
): Promise<HttpApp> {
  const logger = options.log ?? createLogger('partner-feeds', settings.process.logLevel);
  const module = PartnerFeedsModule.with({
    log,
    logger,
    oidc: settings.oidc,
    cursorKey: settings.cursorKey.bytes(),
    feedKey: settings.feedKey.bytes(),
    settings: settings.feeds,
  });
  return startHttpApp(module, settings.process, {
    name: 'partner-feeds',
    description: 'What each partner may see of what others say, in order and without gaps.',
    ready: () => [{ name: 'log', check: () => log.incarnation() }],
    ...options,
    log: logger,
  });
}
