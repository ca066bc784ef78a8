import type { Provider } from '@nestjs/common';
import type { EventLog } from '#event-log';
import { metrics, type Logger } from '#runtime';
import { Deliveries } from '../deliveries/deliveries.js';
import type { FeedSettings } from '../settings.js';
import { resolveByDns } from './checked-target.js';
import { Dispatcher } from './dispatcher.js';
import { Endpoints } from './endpoints.js';
import { sendingBy } from './sending.js';
import { SigningKeys } from './signing-keys.js';
import { WebhookActs } from './webhook-acts.js';
import { WebhookMetrics } from './webhook-metrics.js';

interface WebhookParts {
  log: EventLog;
  logger: Logger;
  feedKey: Buffer;
  settings: FeedSettings;
}

let figures: WebhookMetrics | undefined;

/** Everything of webhooks beside their routes. They need {@link Deliveries} in the same module. */
export function webhookProviders({ log, logger, feedKey, settings }: WebhookParts): Provider[] {
  const endpoints = new Endpoints(log);
  const send = sendingBy({ feedKey, targets: settings, resolve: resolveByDns() });
  // A process has one of each figure, however many apps a spec starts in it.
  const shared = (figures ??= new WebhookMetrics(metrics));
  return [
    { provide: SigningKeys, useValue: new SigningKeys(log, feedKey) },
    { provide: WebhookActs, useValue: new WebhookActs(log, endpoints, send) },
    {
      provide: Dispatcher,
      inject: [Deliveries],
      useFactory: (deliveries: Deliveries) =>
        new Dispatcher({
          endpoints,
          deliveries,
          send,
          base: settings.publicUrl,
          places: settings.webhookPlaces,
          metrics: shared,
          log: logger,
        }),
    },
  ];
}
