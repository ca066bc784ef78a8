import type { EventLog, Lease } from '#event-log';
import { pause, type Alarms, type Logger } from '#runtime';
import type { FanOutMetrics } from './fan-out-metrics.js';
import type { FanOut } from './fan-out.js';

const STANDBY_MS = 250;
const OUTAGE_MS = { first: 100, longest: 2_000 };
/** After a step that found something, so that a steady trickle is taken a few at a time; doubled while nothing comes. */
const GATHER_MS = 3;
const IDLE_MS = 20;
/** When nothing has come for so long, nobody is at work; then what comes first waits for RESTING_MS at most. */
const RESTS_AFTER_MS = 5_000;
const RESTING_MS = 100;
const WATCH_MS = 1_000;

/** What fan-out calls somebody for. */
export type FanOutAlarm = 'event-parked' | 'history-differs' | 'log-unreachable' | 'lease-lost' | 'fan-out-failed';

export interface FanOutLoopParts {
  log: EventLog;
  lease: Lease;
  fanOut: FanOut;
  alarms: Alarms<FanOutAlarm>;
  metrics: FanOutMetrics;
  logger: Logger;
}

/**
 * The life of fan-out: stand by until the lease is ours, decide until something breaks, begin again. An outage parks nothing
 * and is waited out, for as long as it takes.
 */
export class FanOutLoop {
  /** Why nothing is fanned out; undefined while it is, and while this process stands by. */
  trouble: Error | undefined;
  private parked = 0;

  constructor(private readonly parts: FanOutLoopParts) {}

  async run(signal: AbortSignal): Promise<void> {
    const { lease, logger, fanOut } = this.parts;
    let wait = OUTAGE_MS.first;
    while (!signal.aborted) {
      try {
        if (await lease.take()) await this.session(signal);
        else {
          this.trouble = undefined;
          await pause(STANDBY_MS, signal);
        }
        wait = OUTAGE_MS.first;
      } catch (error) {
        this.trouble = error as Error;
        this.tell(error as Error);
        await pause(wait, signal);
        wait = Math.min(wait * 2, OUTAGE_MS.longest);
      }
      fanOut.forget();
    }
    await lease
      .release()
      .catch((error: unknown) => logger.warn({ err: error }, 'the lease was not given back; it runs out'));
  }

  /** One stretch of work under one taking of the lease. */
  private async session(stop: AbortSignal): Promise<void> {
    const { log, lease, metrics, logger } = this.parts;
    await log.verify();
    const end = new AbortController();
    const signal = AbortSignal.any([stop, end.signal]);
    logger.info({ fence: lease.fence }, 'fanning out');
    metrics.isActive(true);
    const loops = [this.decideLoop(signal), this.watchLoop(signal)];
    try {
      await Promise.race(loops); // the first that ends, however it ends, ends the session
    } finally {
      end.abort();
      await Promise.allSettled(loops);
      metrics.isActive(false);
    }
  }

  private async decideLoop(signal: AbortSignal): Promise<void> {
    const { fanOut, metrics } = this.parts;
    let idle = GATHER_MS;
    let last = performance.now();
    while (!signal.aborted) {
      const step = await fanOut.step();
      this.trouble = undefined;
      if (!step.idle) {
        metrics.stepped(step, fanOut.position);
        this.tellOfParked();
        last = performance.now();
        idle = GATHER_MS;
        if (step.positions > GATHERED) continue;
      }
      const most = performance.now() - last < RESTS_AFTER_MS ? IDLE_MS : RESTING_MS;
      await pause(idle, signal);
      idle = Math.min(idle * 2, most);
    }
  }

  private async watchLoop(signal: AbortSignal): Promise<void> {
    const { log, lease, fanOut, metrics } = this.parts;
    while (!signal.aborted) {
      await pause(Math.min(WATCH_MS, (lease.seconds * 1000) / 3), signal);
      if (signal.aborted) return;
      if (!(await lease.renew())) return;
      const { position, parkedStreams } = fanOut;
      metrics.stands({ head: await log.positions.head(), position, parkedStreams });
    }
  }

  private tellOfParked(): void {
    const { fanOut, alarms } = this.parts;
    const { parkedStreams } = fanOut;
    if (parkedStreams > this.parked)
      alarms.raise('event-parked', { parkedStreams }, 'an event cannot be decided for feeds; it waits with its stream');
    this.parked = parkedStreams;
  }

  private tell(error: Error): void {
    const { alarms } = this.parts;
    const { code } = error as { code?: string };
    if (code === 'log.unavailable') alarms.raise('log-unreachable', { err: error }, error.message);
    else if (code === 'lease.lost') alarms.raise('lease-lost', {}, error.message);
    else if (code === 'feed.history') alarms.raise('history-differs', {}, error.message);
    else alarms.raise('fan-out-failed', { err: error }, 'fan-out ended and begins again');
  }
}

/** A step that took more than this many events goes on at once: there is probably more. */
const GATHERED = 100;
