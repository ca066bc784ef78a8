import type { EventLog } from '#event-log';
import { OtherHistory } from '../history.js';
import type { ArrivingEvent } from './arriving.js';
import type { Intake, ReadRange } from './intake.js';

/** A partition that moves on without an event of its own. */
export type PassedPosition = Pick<ArrivingEvent, 'partition' | 'position' | 'id'>;

export type HealingLog = Pick<EventLog, 'readPositions'> & {
  positions: Pick<EventLog['positions'], 'head' | 'eventIdAt'>;
};

/**
 * Reads the next page of what is missing. Empty when it held nothing for the partitions that are healed.
 * @throws {@link OtherHistory} when Kafka or the relay's records name positions that the log never gave
 */
export async function readMissing(
  log: HealingLog,
  intake: Intake,
  { after, upTo, topics }: ReadRange,
  page: number,
): Promise<(ArrivingEvent | PassedPosition)[]> {
  const head = await log.positions.head();
  if (upTo > head) throw new OtherHistory(`position ${upTo} was sent, and the log ends at ${head}`);
  const end = Math.min(upTo, after + page);
  const rows = await log.readPositions({ after, upTo: end, limit: page, topics });
  const { events, passed } = intake.takeRead(rows, after, end);
  const marks = passed.map(async ({ partition, position }) => {
    const id = await log.positions.eventIdAt(position);
    if (id === undefined) throw new OtherHistory(`the log has no event at position ${position}`);
    return { partition, position, id };
  });
  return [...events, ...(await Promise.all(marks))];
}
