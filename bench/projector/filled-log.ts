/** Brings a part of a workload into Kafka the way everything comes there: appended to the log, sequenced and sent by the relay. */
import type { EventLog } from '#event-log';
import type { EventDraft } from '#events';
import { lastsOf, untilSent, type Lasts } from '../stack/catching-up.js';
import { reportsOf, type Report, type WorkloadPart } from '../workload/reports.js';

const EVENTS_PER_APPEND = 500;

/** Where a part stands in the log. Its events were appended one after the other, so its positions are in its order. */
export interface FilledPart {
  positionsAfter: number;
  /** What the projector has to reach. */
  lasts: Lasts;
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
  return { positionsAfter, lasts: await lastsOf(log) };
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
