import type { Topic } from '#events';
import type { Lease, RelayLog, UnsentRow } from '#event-log';
import type { Publisher } from '#kafka';
import { pause, type Wake } from '#runtime';
import type { RelayAlarms } from './alarms.js';
import { advance, composeBatch, type Lane, type OutgoingBatch } from './outgoing-batch.js';
import type { RelayMetrics } from './relay-metrics.js';

/** Events sent to Kafka at once, at most. */
export const PUBLISH_AT_MOST = 2_000;
/** A ring wakes it; without one, a change of generation that is wanted is looked for so often. */
const LOOK_MS = 250;
const RETRY_MS = { first: 100, longest: 2_000 };

export interface PublishingParts {
  relay: RelayLog;
  lease: Lease;
  publisher: Publisher;
  alarms: RelayAlarms;
  metrics: RelayMetrics;
  given: Wake;
  incarnation: number;
  lanes: Map<Topic, Lane>;
  /** Last position that is recorded as acknowledged. */
  published: number;
  /**
   * Runs after a failed attempt, before the identical batch is sent again: topics are there, and Kafka tells of no other
   * history. Throws to end the session.
   */
  recheck: () => Promise<void>;
  /** Runs between two batches with everything sent so far recorded; true when the lanes are no longer these. */
  drained: (position: number) => Promise<boolean>;
}

/**
 * Sends in position order, one batch at a time, each until it is acknowledged; the next batch is read meanwhile. Ends when
 * the session ends or the lanes change; throws when the log does not answer or the lease is gone.
 */
export async function publishLoop(parts: PublishingParts, signal: AbortSignal): Promise<void> {
  const { relay, lanes, incarnation, given, metrics } = parts;
  let position = parts.published;
  let reading = readAhead(relay, position);
  while (!signal.aborted) {
    const rows = await reading();
    if (rows.length === 0) {
      if (await parts.drained(position)) return;
      await given.sleep(LOOK_MS, signal);
      reading = readAhead(relay, position);
      continue;
    }
    const batch = composeBatch(rows, lanes, incarnation);
    reading = readAhead(relay, batch.position);
    const acknowledged = await sendUntilAcknowledged(parts, batch, signal);
    if (!acknowledged) return;
    await relay.savePublished(parts.lease, batch.position, batch.lasts);
    advance(lanes, batch);
    position = batch.position;
    metrics.published(batch.size, position);
    if (await parts.drained(position)) return;
  }
}

/** Begins to read; a failure is told when the rows are asked for. */
function readAhead(relay: RelayLog, after: number): () => Promise<UnsentRow[]> {
  const reading = relay.unsent(after, PUBLISH_AT_MOST);
  reading.catch(() => undefined);
  return () => reading;
}

async function sendUntilAcknowledged(
  { publisher, alarms, recheck }: PublishingParts,
  batch: OutgoingBatch,
  signal: AbortSignal,
): Promise<boolean> {
  let wait = RETRY_MS.first;
  while (!signal.aborted) {
    try {
      await publisher.send(batch.topics);
      return true;
    } catch (error) {
      const { name, message } = error as Error;
      alarms.raise(
        'kafka-unreachable',
        { position: batch.position, size: batch.size, reason: `${name}: ${message}` },
        'a batch was not acknowledged; the identical batch is sent again',
      );
    }
    await pause(wait, signal);
    wait = Math.min(wait * 2, RETRY_MS.longest);
    if (!signal.aborted) await recheck();
  }
  return false;
}
