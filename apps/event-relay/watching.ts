import { pause } from '#runtime';
import type { Lease, RelayLog } from '#event-log';
import type { RelayAlarms } from './alarms.js';
import type { RelayMetrics } from './relay-metrics.js';

const WATCH_MS = 1_000;
/** A transaction open for so long holds everybody's events back; the servers end silent ones after 30 s. */
const HOLDS_BACK_SECONDS = 5;

/** Keeps the lease while nothing happens, shows how late the log is, and names who holds it back. */
export async function watchLoop(
  { relay, lease, alarms, metrics }: { relay: RelayLog; lease: Lease; alarms: RelayAlarms; metrics: RelayMetrics },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(Math.min(WATCH_MS, (lease.seconds * 1000) / 3), signal);
    if (signal.aborted) return;
    if (!(await lease.renew()))
      throw new SessionOver('another relay took the lease, or the database server started anew');
    const age = await relay.oldestUnsequencedSeconds();
    metrics.oldestUnsequenced(age);
    if (age > HOLDS_BACK_SECONDS)
      for (const holder of await relay.holdingBack(HOLDS_BACK_SECONDS))
        alarms.raise('log-held-back', { ...holder, oldestUnsequenced: age }, 'a transaction holds the log back');
  }
}

/** Everything known about the log is void: another relay is active, the database server started anew, or history changed. */
export class SessionOver extends Error {
  readonly code = 'lease.lost';
  readonly retriable = true;

  constructor(reason: string) {
    super(reason);
    this.name = 'SessionOver';
  }
}
