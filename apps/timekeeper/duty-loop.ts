import { setTimeout as wait } from 'node:timers/promises';
import type { Alarms } from '#runtime';
import type { Duty } from './duty.js';
import type { TimekeeperMetrics } from './timekeeper-metrics.js';

const AGAIN_MS = { first: 250, longest: 10_000 };

/**
 * Runs one duty for as long as the session lasts. What it throws is told and tried again after a growing pause, so a duty
 * that always fails costs the others nothing.
 */
export async function dutyLoop(
  duty: Duty,
  { alarms, metrics }: { alarms: Alarms; metrics: TimekeeperMetrics },
  signal: AbortSignal,
): Promise<void> {
  let again = AGAIN_MS.first;
  while (!signal.aborted) {
    let next = duty.everyMs;
    try {
      if ((await duty.run(signal)) === 'more') next = 0;
      metrics.ran(duty.name, 'done');
      again = AGAIN_MS.first;
    } catch (error) {
      if (signal.aborted) return;
      metrics.ran(duty.name, 'failed');
      alarms.raise('duty-failed', { duty: duty.name, err: error }, `the duty ${duty.name} failed and is tried again`);
      next = again;
      again = Math.min(again * 2, AGAIN_MS.longest);
    }
    if (next > 0) await pause(next, signal);
  }
}

/** Ends early, and without an error, when the signal fires. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
