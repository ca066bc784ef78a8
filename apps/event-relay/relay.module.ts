import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Module, type DynamicModule } from '@nestjs/common';
import type { RelayLog } from '#event-log';
import { kafkaAddress, openTopicAdmin } from '#kafka';
import { Alarms, metrics, type KafkaSettings, type Logger } from '#runtime';
import { RelayMetrics } from './relay-metrics.js';
import type { RelaySettings } from './relay-settings.js';
import { Relay } from './relay.js';

export interface RelayModuleParts {
  relay: RelayLog;
  kafka: Readonly<KafkaSettings>;
  settings: Readonly<RelaySettings>;
  log: Logger;
}

/** The relay has no routes of its own: only health and figures, which every app serves. */
@Module({})
export class RelayModule {
  static with({ relay, kafka, settings, log }: RelayModuleParts): DynamicModule {
    return {
      module: RelayModule,
      providers: [{ provide: Relay, useFactory: () => relayOf({ relay, kafka, settings, log }) }],
    };
  }
}

function relayOf({ relay, kafka, settings, log }: RelayModuleParts): Relay {
  const address = kafkaAddress(kafka, 'event-relay', log);
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  return new Relay({
    relay,
    lease: relay.log.lease('event-relay', { holder, seconds: settings.leaseSeconds }),
    admin: openTopicAdmin(address),
    kafka: address,
    prefix: kafka.topicPrefix,
    alarms: new Alarms('relay', log, metrics),
    metrics: new RelayMetrics(metrics),
    log,
  });
}
