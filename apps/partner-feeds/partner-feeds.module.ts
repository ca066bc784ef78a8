import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule, Standing } from '#access';
import type { EventLog } from '#event-log';
import type { Logger, OidcSettings } from '#runtime';
import { Deliveries } from './deliveries/deliveries.js';
import { FeedsController } from './pages/feeds.controller.js';
import { Feeds } from './pages/feeds.js';
import type { FeedSettings } from './settings.js';
import { StreamsController } from './streams/streams.controller.js';
import { Streams, streamLimits } from './streams/streams.js';
import { taxiiProviders } from './taxii/providers.js';
import { TaxiiController } from './taxii/taxii.controller.js';
import { TestFeed } from './test-collection/test-feed.js';
import { webhookProviders } from './webhooks/webhook-providers.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

export interface PartnerFeedsParts {
  log: EventLog;
  logger: Logger;
  oidc: OidcSettings;
  cursorKey: Buffer;
  feedKey: Buffer;
  settings: FeedSettings;
}

@Module({})
export class PartnerFeedsModule {
  static with(parts: PartnerFeedsParts): DynamicModule {
    const { log, logger, oidc, cursorKey, feedKey, settings } = parts;
    return {
      module: PartnerFeedsModule,
      imports: [AccessModule.with({ log, oidc })],
      controllers: [FeedsController, StreamsController, WebhooksController, TaxiiController],
      providers: [
        { provide: Deliveries, useValue: new Deliveries(log, feedKey) },
        { provide: TestFeed, useValue: new TestFeed(feedKey) },
        Feeds,
        {
          provide: Streams,
          inject: [Standing, Deliveries],
          useFactory: (standing: Standing, deliveries: Deliveries) =>
            new Streams(log, streamLimits(settings), { standing, deliveries, logger }),
        },
        ...webhookProviders(parts),
        ...taxiiProviders(log, cursorKey),
      ],
    };
  }
}
