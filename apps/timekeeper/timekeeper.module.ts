import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Module, type DynamicModule } from '@nestjs/common';
import type { EventLog } from '#event-log';
import { Alarms, metrics, type Logger } from '#runtime';
import { dutiesOf, type DutySettings } from './duties.js';
import { TimekeeperMetrics } from './timekeeper-metrics.js';
import type { TimekeeperSettings } from './timekeeper-settings.js';
import { TIMEKEEPER_LEASE, Timekeeper } from './timekeeper.js';

export interface TimekeeperModuleParts {
  log: EventLog;
  settings: DutySettings & { timekeeper: Readonly<TimekeeperSettings> };
  logger: Logger;
}

/** The timekeeper has no routes of its own: only health and figures, which every app serves. */
@Module({})
export class TimekeeperModule {
  static with(parts: TimekeeperModuleParts): DynamicModule {
    return { module: TimekeeperModule, providers: [{ provide: Timekeeper, useFactory: () => timekeeperOf(parts) }] };
  }
}

function timekeeperOf({ log, settings, logger }: TimekeeperModuleParts): Timekeeper {
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const lease = log.lease(TIMEKEEPER_LEASE, { holder, seconds: settings.timekeeper.leaseSeconds });
  const alarms = new Alarms('timekeeper', logger, metrics);
  return new Timekeeper({
    log,
    lease,
    duties: dutiesOf({ log, lease, alarm: (kind, fields, text) => alarms.raise(kind, fields, text) }, settings),
    alarms,
    metrics: new TimekeeperMetrics(metrics),
    logger,
  });
}
