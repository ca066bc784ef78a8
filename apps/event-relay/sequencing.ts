import { pause, type Wake } from '#runtime';
import type { Lease, RelayLog } from '#event-log';
import type { RelayAlarms } from './alarms.js';
import type { RelayMetrics } from './relay-metrics.js';

/** Events that get their positions in one statement. */
export const SEQUENCE_AT_MOST = 2_000;
/** After a round that found something, so that a steady trickle is taken a few at a time and not one by one. */
const GATHER_MS = 3;
/** Between rounds that find nothing, at most. */
const IDLE_MS = 20;
/** When nothing has come for so long, nobody is at work: looking fifty times a second would cost a tenth of a core for nothing. */
const RESTS_AFTER_MS = 5_000;
/** The same then: what comes first after a rest waits for so long at most. */
const RESTING_MS = 100;

export interface SequencingParts {
  relay: RelayLog;
  lease: Lease;
  alarms: RelayAlarms;
  metrics: RelayMetrics;
  /** Rung when positions were given. */
  given: Wake;
}

/** Gives positions for as long as the session lasts. Throws when the log does not answer or the lease is gone. */
export async function sequenceLoop(parts: SequencingParts, signal: AbortSignal): Promise<void> {
  const { relay, lease, alarms, metrics, given } = parts;
  let idle = GATHER_MS;
  let last = performance.now();
  while (!signal.aborted) {
    const round = await relay.sequence(lease, SEQUENCE_AT_MOST);
    if (round.backwards.length > 0)
      alarms.raise(
        'stream-goes-back',
        { streams: round.backwards.slice(0, 10), count: round.backwards.length },
        'a later version of a stream came before an earlier one: somebody wrote events past the log',
      );
    metrics.sequenced(round);
    if (round.given > 0) {
      given.ring();
      last = performance.now();
    }
    if (round.given === SEQUENCE_AT_MOST) continue;
    const most = performance.now() - last < RESTS_AFTER_MS ? IDLE_MS : RESTING_MS;
    idle = round.given > 0 ? GATHER_MS : Math.min(idle * 2, most);
    await pause(idle, signal);
  }
}
