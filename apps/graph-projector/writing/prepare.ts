import type { EventLog } from '#event-log';
import { project } from '../projections/project.js';
import type { IdOf } from '../projections/entity-ids.js';
import { NO_CHANGE, type Projected } from '../projections/projected.js';
import type { ArrivingEvent } from '../transport/arriving.js';
import type { PassedPosition } from '../transport/healing.js';

/** An event with what it means in the graph. */
export interface PreparedEvent {
  partition: string;
  position: number;
  id: string;
  /** Empty for a position that is passed without an event. */
  stream: string;
  streamVersion: number;
  type: string;
  projected: Projected;
}

export type PreparingLog = Pick<EventLog, 'decode' | 'readPositions'>;

/** Events decoded in one go. Between two, the replies of the stores get their turn: they must not wait for a whole batch. */
const SLICE = 100;

/** Decodes and projects. Total: what cannot be read or projected carries its fault, and never spoils its neighbours. */
export async function prepareEvents(
  log: PreparingLog,
  idOf: IdOf,
  arrived: readonly (ArrivingEvent | PassedPosition)[],
): Promise<PreparedEvent[]> {
  const prepared: PreparedEvent[] = [];
  for (let from = 0; from < arrived.length; from += SLICE) {
    const slice = arrived.slice(from, from + SLICE);
    const events = slice.filter((each): each is ArrivingEvent => 'body' in each);
    const decoded = await log.decode(events);
    let next = 0;
    for (const each of slice) {
      if (!('body' in each)) {
        const { partition, position, id } = each;
        prepared.push({
          partition,
          position,
          id,
          stream: '',
          streamVersion: 0,
          type: '',
          projected: { change: NO_CHANGE },
        });
        continue;
      }
      const { partition, position, id, stream, type } = each;
      const outcome = decoded[next++];
      const event = outcome !== undefined && 'event' in outcome ? outcome.event : undefined;
      const fault = outcome !== undefined && 'fault' in outcome ? outcome.fault : 'it was not decoded';
      prepared.push({
        partition,
        position,
        id,
        stream,
        streamVersion: event?.streamVersion ?? each.streamVersion ?? (await versionAt(log, position)),
        type,
        projected:
          event === undefined
            ? { fault: { code: 'event.undecodable', reason: fault } }
            : project(position, event, idOf),
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return prepared;
}

/** Version of an event whose body cannot be read: a decision to discard names it by its version. */
async function versionAt(log: PreparingLog, position: number): Promise<number> {
  const [row] = await log.readPositions({ after: position - 1, upTo: position, limit: 1 });
  return row?.streamVersion ?? 0;
}
