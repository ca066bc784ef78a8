import type { EventLog, Lease } from '#event-log';
import type { Alarms, Logger } from '#runtime';
import type { Duty } from './duty.js';
import { dutyLoop, pause } from './duty-loop.js';
import type { TimekeeperMetrics } from './timekeeper-metrics.js';

const STANDBY_MS = 250;
const OUTAGE_MS = { first: 100, longest: 2_000 };
const RENEW_MS = 1_000;

export const TIMEKEEPER_LEASE = 'timekeeper';

export interface TimekeeperParts {
  log: EventLog;
  lease: Lease;
  duties: readonly Duty[];
  alarms: Alarms;
  metrics: TimekeeperMetrics;
  logger: Logger;
}

/**
 * The timekeeper's life: stand by until the lease is ours, look at the database, then do every duty in its own rhythm until
 * the lease is lost or the log stops answering; then begin again. Throws only what no waiting can mend.
 */
export class Timekeeper {
  /** Why no duty is done; undefined while a session runs or this process stands by. */
  trouble: Error | undefined = new Error('the timekeeper has not looked at the log yet');

  constructor(private readonly parts: TimekeeperParts) {}

  async run(signal: AbortSignal): Promise<void> {
    const { lease, logger } = this.parts;
    let outage = OUTAGE_MS.first;
    while (!signal.aborted) {
      try {
        if (await lease.take()) await this.session(signal);
        else await this.standBy(signal);
        outage = OUTAGE_MS.first;
      } catch (error) {
        this.trouble = error as Error;
        if ((error as { retriable?: boolean }).retriable === false) throw error;
        this.tell(error as Error);
        await pause(outage, signal);
        outage = Math.min(outage * 2, OUTAGE_MS.longest);
      }
    }
    await lease
      .release()
      .catch((error: unknown) => logger.warn({ err: error }, 'the lease was not given back; it runs out'));
  }

  private async standBy(signal: AbortSignal): Promise<void> {
    this.trouble = undefined;
    await pause(STANDBY_MS, signal);
  }

  /** One stretch of work under one taking of the lease and on one start of the database server. */
  private async session(stop: AbortSignal): Promise<void> {
    const { log, lease, duties, metrics, logger } = this.parts;
    await log.verify();
    logger.info({ fence: lease.fence, duties: duties.map(({ name }) => name) }, 'doing the duties');
    this.trouble = undefined;
    metrics.isActive(true);
    const end = new AbortController();
    const signal = AbortSignal.any([stop, end.signal]);
    const loops = duties.map((duty) => dutyLoop(duty, this.parts, signal));
    try {
      await this.keepLease(signal);
    } finally {
      end.abort();
      await Promise.allSettled(loops);
      metrics.isActive(false);
    }
  }

  /** Returns when told to stop. @throws `lease.lost`, `log.unavailable` */
  private async keepLease(signal: AbortSignal): Promise<void> {
    const { lease } = this.parts;
    while (!signal.aborted) {
      if (!(await lease.renew())) throw new LeaseLost();
      await pause(Math.min(RENEW_MS, (lease.seconds * 1000) / 3), signal);
    }
  }

  private tell(error: Error): void {
    const { alarms } = this.parts;
    const { code } = error as { code?: string };
    if (code === 'lease.lost') alarms.raise('lease-lost', {}, error.message);
    else if (code === 'log.unavailable') alarms.raise('log-unreachable', { err: error }, error.message);
    else alarms.raise('session-failed', { err: error }, 'the session ended and begins again');
  }
}

class LeaseLost extends Error {
  readonly code = 'lease.lost';
  readonly retriable = true;

  constructor() {
    super('another timekeeper took the lease, or the database server started anew');
    this.name = 'LeaseLost';
  }
}
