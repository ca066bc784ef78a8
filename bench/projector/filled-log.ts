/** Brings a part of a workload into Kafka the way everything comes there: appended to the log, sequenced and sent by the relay. */
import type { EventLog } from '#event-log';
import type { EventDraft } from '#events';
import { reportsOf, type Report, type WorkloadPart } from '../workload/reports.js';

const EVENTS_PER_APPEND = 500;
const LOOK_MS = 20;
const SENT_WITHIN_MS = 120_000;

/** Where a part stands in the log. Its events were appended one after the other, so its positions are in its order. */
export interface FilledPart {
  positionsAfter: number;
  /** Last position of each partition that the projector must reach, by `topic/generation/partition`. */
  lasts: Map<string, number>;
}

export async function fillLog(log: EventLog, part: WorkloadPart): Promise<FilledPart> {
  const positionsAfter = await log.positions.published();
  let batch: Report[] = [];
  for (const report of reportsOf(part)) {
    batch.push(report);
    if (batch.length === EVENTS_PER_APPEND) batch = await append(log, batch);
  }
  await append(log, batch);
  await untilSent(log, positionsAfter + part.events);
  const topics = await log.topics();
  const lasts = topics.flatMap(({ topic, generation, partitions }) =>
    partitions.map(({ partition, lastPosition }): [string, number] => [
      `${topic}/${generation}/${partition}`,
      lastPosition,
    ]),
  );
  return { positionsAfter, lasts: new Map(lasts.filter(([, last]) => last > positionsAfter)) };
}

async function append(log: EventLog, reports: readonly Report[]): Promise<Report[]> {
  if (reports.length > 0)
    await log.transact(() =>
      Promise.resolve({
        append: reports.map(({ stream, source, streamVersion: _, recordedTime: __, ...draft }) => ({
          stream,
          expectedVersion: 0,
          source,
          events: [draft satisfies EventDraft],
        })),
        afterwards: () => Promise.resolve(),
      }),
    );
  return [];
}

async function untilSent(log: EventLog, position: number): Promise<void> {
  const until = Date.now() + SENT_WITHIN_MS;
  for (;;) {
    const sent = await log.positions.published();
    if (sent === position) return;
    if (sent > position || Date.now() > until)
      throw new Error(`The relay has sent everything up to position ${sent}, and ${position} was expected.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
