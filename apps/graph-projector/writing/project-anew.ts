import type { GraphWrite, RemovalWrite } from '#graph';
import type { Stores } from '../ports.js';
import type { ParkingDecision } from '../projections/projected.js';
import { assemble, movesOf, versionKey, type Marks } from './assemble.js';
import { prepareEvents, type PreparedEvent } from './prepare.js';

interface Anew {
  write: GraphWrite;
  events: readonly PreparedEvent[];
}

export interface AnewOptions {
  /** Key of the partition that a stream's events travel in. */
  keyOf: (topic: string, stream: string) => string | undefined;
  /** Events from this version on are parked unapplied. */
  parkFrom: number;
}

const REFUSED = { fault: { code: 'store.refused', reason: 'the graph store refused it again' } };

/**
 * A decision about parked events is one act whatever it decides: the stream is projected anew. Its statements go, its events
 * that took their turn already are applied again without the discarded ones, and what is at fault still is parked again. The
 * partition of the stream is locked with that of the decision, so that nobody else moves it meanwhile.
 *
 * Doing it twice, or before the events arrive, leads to the same graph: the discarded versions stay marked.
 */
export async function projectAnew(
  { log, idOf }: Stores,
  marks: Marks,
  decided: PreparedEvent & { projected: { decision: ParkingDecision } },
  { keyOf, parkFrom }: AnewOptions,
): Promise<Anew> {
  const { stream, discard } = decided.projected.decision;
  const discarded = discard.map((streamVersion) => ({ stream, streamVersion }));
  const rows = await log.readStreamRows(stream);
  const arrived = rows.flatMap((row) => {
    const partition = keyOf(row.topic, row.stream);
    const last = partition === undefined ? 0 : (marks.positions.get(partition)?.last ?? 0);
    return partition === undefined || row.position > last ? [] : [{ ...row, partition }];
  });
  const prepared = await prepareEvents(log, idOf, arrived);
  const events = prepared.map((each) => (each.streamVersion >= parkFrom ? { ...each, projected: REFUSED } : each));
  const write = assemble(events, {
    positions: marks.positions,
    parked: new Set(),
    discarded: new Set([...marks.discarded, ...discard.map((streamVersion) => versionKey(stream, streamVersion))]),
  });
  const locked = [...new Set(arrived.map(({ partition }) => partition))].flatMap((partition) => {
    const from = marks.positions.get(partition);
    return from === undefined || partition === decided.partition
      ? []
      : [{ from, to: { last: from.last, event: from.event } }];
  });
  return {
    events,
    write: {
      ...write,
      moves: [...movesOf([decided], marks.positions), ...locked],
      anew: { streams: [stream], removals: removalsOf(prepared), discarded },
    },
  };
}

/** Ends of all that the stream's events ever stated: what stands in the graph is among them, whatever was parked since. */
function removalsOf(events: readonly PreparedEvent[]): RemovalWrite[] {
  const removals = events.flatMap(({ projected }) =>
    'change' in projected
      ? projected.change.statements.map(({ relation, subject, object, ref }) => ({
          relation,
          subject: subject.id,
          object: object.id,
          ref,
        }))
      : [],
  );
  const ends = new Map(
    removals.map((removal) => [`${removal.relation} ${removal.subject} ${removal.object}`, removal]),
  );
  return [...ends.values()];
}
