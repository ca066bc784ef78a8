import type { EventLog, Lease } from '#event-log';
import { pause } from './session/pause.js';

/** Name of the lease of whoever writes the graph. */
export const PROJECTOR_LEASE = 'graph-projector';
/** Name of the lease that a rebuild takes first: whoever projects sees it and steps aside. */
export const REBUILD_LEASE = 'graph-rebuild';
export const LEASE_SECONDS = 10;

const LOOK_MS = 1_000;

/** Whose turn it is to write the graph. It only keeps two from working for nothing: the positions keep them from doing harm. */
export interface Turn {
  /** Waits for the turn, then works until `stop` or until the turn is over; the signal says when. */
  during(stop: AbortSignal, work: (ours: AbortSignal) => Promise<void>): Promise<void>;
}

/**
 * The turn by a lease of the database. While the database is away the turn goes on: nobody else can take it either. It is over
 * when another has it, or when `yields` says so.
 */
export class LeasedTurn implements Turn {
  constructor(
    private readonly lease: Lease,
    private readonly told: (error: unknown) => void,
    private readonly yields: () => Promise<boolean> = () => Promise.resolve(false),
  ) {}

  async during(stop: AbortSignal, work: (ours: AbortSignal) => Promise<void>): Promise<void> {
    while (!stop.aborted && !(await this.takes())) await pause(LOOK_MS, stop);
    if (stop.aborted) return;
    const over = new AbortController();
    const ours = AbortSignal.any([stop, over.signal]);
    const keeping = this.keep(over, ours);
    try {
      await work(ours);
    } finally {
      over.abort();
      await keeping;
      await this.lease.release().catch(this.told);
    }
  }

  private async takes(): Promise<boolean> {
    try {
      return !(await this.yields()) && (await this.lease.take());
    } catch (error) {
      this.told(error);
      return false;
    }
  }

  private async keep(over: AbortController, ours: AbortSignal): Promise<void> {
    for (await pause(LOOK_MS, ours); !ours.aborted; await pause(LOOK_MS, ours)) {
      try {
        if ((await this.yields()) || !(await this.lease.renew())) over.abort();
      } catch (error) {
        this.told(error);
      }
    }
  }
}

/** Two turns, the inner one taken while the outer one is held. */
export function turnWithin(outer: Turn, inner: Turn): Turn {
  return {
    during: async (stop, work) => await outer.during(stop, async (ours) => await inner.during(ours, work)),
  };
}

/** Whether somebody holds the lease of a rebuild. */
export function rebuildWaits(log: Pick<EventLog, 'query'>): () => Promise<boolean> {
  return async () => {
    const rows = await log.query('SELECT 1 FROM leases WHERE name = $1 AND until > clock_timestamp()', [REBUILD_LEASE]);
    return rows.length > 0;
  };
}
