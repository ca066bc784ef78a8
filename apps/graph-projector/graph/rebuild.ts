import { currentTopics } from '#event-log';
import { positionKey } from '#graph';
import type { Stores } from '../ports.js';
import { beginnings, recordedTopics } from '../session/generations.js';
import { heal } from '../session/heal.js';
import { openProjection } from '../session/open-projection.js';
import type { Turn } from '../turn.js';
import type { WriterReport } from '../writing/writer.js';

export interface Rebuilt {
  events: number;
  seconds: number;
}

export interface RebuildReport extends WriterReport {
  /** A step began, in words for people. */
  step(text: string): void;
  /** Events read, of how many. */
  filled(events: number, of: number): void;
}

/** Somebody else took over; the graph is theirs to fill, and they will. */
export class TurnLost extends Error {
  readonly code = 'rebuild.turn-lost';
  readonly retriable = true;
}

/**
 * Fills the graph anew from the log, whatever it holds and whichever history it was made from. The projector steps aside: the
 * rebuild first takes a lease that it looks at every second, then the projector's own. Killed in the middle, it leaves a mark,
 * and the projector that takes over finishes the work from it.
 */
export async function rebuild(stores: Stores, turn: Turn, report: RebuildReport, stop: AbortSignal): Promise<Rebuilt> {
  const began = performance.now();
  let rebuilt: Rebuilt | undefined;
  report.step('waiting for the projector to step aside');
  await turn.during(stop, async (ours) => {
    const events = await refill(stores, report, ours);
    rebuilt = { events, seconds: (performance.now() - began) / 1_000 };
  });
  if (rebuilt === undefined) throw new TurnLost('the rebuild was stopped before it was its turn');
  return rebuilt;
}

async function refill(stores: Stores, report: RebuildReport, ours: AbortSignal): Promise<number> {
  const { log, graph } = stores;
  const topics = currentTopics(await recordedTopics(log));
  report.step('emptying the graph');
  await graph.beginWipe();
  await graph.finishWipe(beginnings(topics, await log.incarnation()));
  const { intake, writer } = await openProjection(stores, report);
  const ends = topics.flatMap(({ topic, generation, partitions }) =>
    partitions.map(({ partition, lastPosition }) => ({ key: positionKey(topic, generation, partition), lastPosition })),
  );
  const upTo = Math.max(...ends.map(({ lastPosition }) => lastPosition));
  report.step(`filling it from ${upTo} events`);
  for (const { key, lastPosition } of ends) intake.heal(key, lastPosition); // what was not sent yet comes with Kafka
  let events = 0;
  await heal(stores, intake, writer, (count) => {
    events += count;
    report.filled(events, upTo);
    if (ours.aborted) throw new TurnLost('somebody else took over the graph; the projector fills the rest');
  });
  return events;
}
