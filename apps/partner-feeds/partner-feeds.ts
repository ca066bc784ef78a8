import type { EventLog } from '#event-log';
import {
  createLogger,
  startHttpApp,
  type HttpApp,
  type HttpAppOptions,
  type OidcSettings,
  type ProcessSettings,
} from '#runtime';
import { asyncApiDocument } from './asyncapi/asyncapi-document.js';
import type { FanOutLoop } from './fan-out/fan-out-loop.js';
import { openFanOut } from './fan-out/open-fan-out.js';
import { PartnerFeedsModule } from './partner-feeds.module.js';
import type { FeedSettings } from './settings.js';
import { Streams } from './streams/streams.js';
import { Dispatcher } from './webhooks/dispatcher.js';
import { TAXII_ERRORS, takeTaxiiBodies } from './taxii/media-type.js';

export interface PartnerFeedsSettings {
  process: ProcessSettings;
  oidc: OidcSettings;
  cursorKey: { bytes(): Buffer };
  feedKey: { bytes(): Buffer };
  feeds: FeedSettings;
}

export interface PartnerFeedsOptions extends Pick<HttpAppOptions, 'log' | 'ownsProcess' | 'onClosed'> {
  /** Whether this process also decides what goes into feeds, as far as it gets the lease. */
  fansOut?: boolean;
}

/** Starts the app on an open log. */
export async function startPartnerFeeds(
  settings: PartnerFeedsSettings,
  log: EventLog,
  { fansOut = false, onClosed, ...options }: PartnerFeedsOptions = {},
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
  const works = fansOut ? openFanOut(log, settings.feeds, logger) : undefined;
  const asyncApi = asyncApiDocument();
  const stop = new AbortController();
  let working: Promise<void> = Promise.resolve();
  const started = await startHttpApp(module, settings.process, {
    name: 'partner-feeds',
    description: 'What each partner may see of what others say, in order and without gaps.',
    ready: () => [
      { name: 'log', check: () => log.incarnation() },
      ...(works === undefined ? [] : [{ name: 'fan-out', check: () => inOrder(works.loop) }]),
    ],
    // TAXII's addresses end in a slash, and its clients follow no redirect.
    ignoreTrailingSlash: true,
    errorForms: [TAXII_ERRORS],
    prepare: (fastify) => {
      takeTaxiiBodies(fastify);
      // Of the forms alone, like the OpenAPI document: it needs no caller.
      fastify.get('/v1/asyncapi.json', () => asyncApi);
    },
    ...options,
    log: logger,
    onClosed: async () => {
      stop.abort();
      await working;
      await onClosed?.();
    },
  });
  if (works === undefined) return started;
  for (const waiting of [started.app.get(Streams), started.app.get(Dispatcher)])
    works.fanOut.onBatch(() => waiting.ring());
  working = works.loop.run(stop.signal);
  return started;
}

/** Ready is: at work, or standing by for the one who is. */
function inOrder({ trouble }: FanOutLoop): Promise<void> {
  return trouble === undefined ? Promise.resolve() : Promise.reject(trouble);
}
