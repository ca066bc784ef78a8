import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { EventLog } from '#event-log';
import { Alarms, metrics, type Logger } from '#runtime';
import type { FeedSettings } from '../settings.js';
import { FanOutLoop } from './fan-out-loop.js';
import { FanOutMetrics } from './fan-out-metrics.js';
import { FAN_OUT_LEASE, FanOut } from './fan-out.js';

/** Fan-out and its life, under a lease of this process. Nothing happens before it is run. */
export function openFanOut(
  log: EventLog,
  settings: FeedSettings,
  logger: Logger,
): { fanOut: FanOut; loop: FanOutLoop } {
  const { leaseSeconds: seconds, recallHours } = settings;
  const lease = log.lease(FAN_OUT_LEASE, { holder: `${hostname()}/${process.pid}/${randomUUID()}`, seconds });
  const fanOut = new FanOut({ log, lease, recallHours });
  const loop = new FanOutLoop({
    ...{ log, lease, fanOut, logger },
    alarms: new Alarms('fan_out', logger, metrics),
    metrics: new FanOutMetrics(metrics),
  });
  return { fanOut, loop };
}
