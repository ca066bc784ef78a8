import { CATALOGUE, type CatalogueEntry, type EventType, type KnownEvent } from '#events';

/** An event of a stream as it is needed to say what stands: by its columns, and decoded where it ends something. */
export interface StreamEvent {
  position: number;
  streamVersion: number;
  id: string;
  type: string;
  audience: number;
  event?: KnownEvent;
  /** Why it could not be decoded. */
  fault?: string;
  /** Parked, or left without effect by a decision. */
  leftOut?: true;
}

/** What ends something cannot be read: nothing is decided about its stream. */
export class Undecidable extends Error {}

/** What of a stream stands after some of its events. */
export interface Standing {
  /** Positions of the events that are told to whoever may see them, in order. */
  live: readonly number[];
  /** Audience of the stream where it was ever regraded; otherwise each event has its own. */
  regraded?: number;
}

export function isStatement(type: string): boolean {
  if (!Object.hasOwn(CATALOGUE, type)) return false;
  const entry: CatalogueEntry = CATALOGUE[type as EventType];
  return entry.partners === 'statement';
}

/** Events that can end others of their stream, or make them seen by others: the whole stream is looked at again. */
const TURNING: readonly string[] = [
  'assertion.withdrawn',
  'assertion.regraded',
  'removal.corrected',
  'removal.appeal-decided',
];

export function turnsStream(type: string, streamVersion: number): boolean {
  return TURNING.includes(type) || (type === 'assertion.made' && streamVersion > 1);
}

const DECIDING: readonly string[] = ['removal.decided', 'removal.reported', 'removal.corrected'];

/**
 * What stands of a stream. Pure. A withdrawal of all that an assertion says ends it; one of a part is told like anything else.
 * A correction ends the event that it corrects, an appeal that succeeds the newest decision.
 * @throws {@link Undecidable}
 */
export function standingOf(events: readonly StreamEvent[]): Standing {
  let live: StreamEvent[] = [];
  let regraded: number | undefined;
  /** Statements that nobody has taken back, where a withdrawal makes it matter. */
  let left: Set<number> | undefined;
  for (const each of events) {
    if (each.leftOut !== undefined) continue;
    if (each.fault !== undefined) throw new Undecidable(each.fault);
    const body = each.event?.body;
    if (each.type === 'assertion.regraded') {
      regraded = each.audience;
      if (left?.size !== 0) live.push(each);
    } else if (body?.type === 'assertion.withdrawn') {
      for (const { index } of body.data.statements) left?.delete(index);
      if (left === undefined || left.size === 0) live = [];
      else live.push(each);
    } else if (isStatement(each.type)) {
      if (body?.type === 'assertion.made') left = new Set(body.data.statements.map((_, index) => index));
      const ended = endedBy(each, live);
      live = [...live.filter(({ position }) => position !== ended?.position), each];
    }
  }
  return { live: live.map(({ position }) => position), ...(regraded === undefined ? {} : { regraded }) };
}

function endedBy({ event }: StreamEvent, live: readonly StreamEvent[]): StreamEvent | undefined {
  const body = event?.body;
  if (body?.type === 'removal.corrected') return live.find(({ id }) => id === body.data.corrects);
  if (body?.type === 'removal.appeal-decided' && body.data.result === 'overturned')
    return live.findLast(({ type }) => DECIDING.includes(type));
  return undefined;
}
