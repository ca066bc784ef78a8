import { basisLock, combineMarkings, covers, markingsInForce, maySee, type Viewer } from '#access';
import type { LogReads, LogWrites } from '#event-log';
import type { Marking, Fault } from '#events';

/** What assertions say that they rest on, as it is now. Unknown ids are absent. */
export interface Basis {
  /** By event: the marking in force of its stream. */
  markings: ReadonlyMap<string, Marking>;
  /** By event. */
  streams: ReadonlyMap<string, string>;
}

const NO_BASIS: Basis = { markings: new Map(), streams: new Map() };

/**
 * Reads what assertions rest on and keeps it as it is until the transaction ends: nobody regrades it meanwhile. The streams of
 * events never change, so they may be looked up before the locks are taken; lock and read then are two statements in one trip.
 */
export async function basisOf(read: LogReads, events: readonly string[]): Promise<Basis> {
  if (events.length === 0) return NO_BASIS;
  const found = await read.query<{ id: string; stream: string }>(
    // A look-up for each event: a plan made while the log was small would scan it for ever.
    `SELECT asked.id, known.stream
     FROM unnest($1::uuid[]) AS asked (id), LATERAL (
       SELECT e.stream FROM events e WHERE e.id = asked.id LIMIT 1
     ) AS known`,
    [[...new Set(events)]],
  );
  const streams = new Map(found.map(({ id, stream }) => [id, stream]));
  if (streams.size === 0) return NO_BASIS;
  const [, markings] = await Promise.all([
    read.lockShared([...streams.values()].map(basisLock)),
    markingsInForce(read, [...streams.keys()]),
  ]);
  return { markings, streams };
}

/** An assertion and the events that it rests on. */
interface Derived {
  stream: string;
  basis: readonly string[];
}

/** Remembers what rests on what, so that a narrowing reaches it (R4). */
export async function keepBasis(write: LogWrites, derived: readonly Derived[], { streams }: Basis): Promise<void> {
  const rows = derived.flatMap(({ stream, basis }) => [...new Set(basis)].map((event) => ({ stream, event })));
  if (rows.length === 0) return;
  await write.query(
    `INSERT INTO assertion_basis (basis_event, basis_stream, derived_stream)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])`,
    [rows.map(({ event }) => event), rows.map(({ event }) => streams.get(event)), rows.map(({ stream }) => stream)],
  );
}

/**
 * What rests on others carries all their restrictions (R4): whoever may not see one of them may not see this. An event that
 * the caller may not see answers like one that does not exist.
 */
export function basisFaults(
  basis: readonly string[],
  known: ReadonlyMap<string, Marking>,
  marking: Marking,
  viewer: Viewer,
): Fault[] {
  const faults: Fault[] = [];
  const inputs: Marking[] = [];
  basis.forEach((id, index) => {
    const input = known.get(id);
    if (input !== undefined && maySee(viewer, input).see) inputs.push(input);
    else faults.push({ pointer: `/basis/${index}`, code: 'basis.unknown', detail: 'is no event that you may see' });
  });
  if (faults.length > 0 || inputs.length === 0 || !maySee(viewer, marking).see) return faults;
  const strictest = combineMarkings([marking, ...inputs], viewer);
  return covers(marking, strictest)
    ? []
    : [widerThanBasis(`must carry every restriction of what it rests on; at least ${JSON.stringify(strictest)}`)];
}

/**
 * The same where an assertion gets another marking later. What it rests on may have been taken from the caller meanwhile: then
 * nothing of it is told, and only its own organisation's narrowing goes through.
 */
export function restrictionFaults(
  basis: readonly string[],
  known: ReadonlyMap<string, Marking>,
  marking: Marking,
  viewer: Viewer,
): Fault[] {
  const inputs = basis.flatMap((id) => known.get(id) ?? []);
  if (inputs.length < basis.length || !inputs.every((input) => maySee(viewer, input).see))
    return [widerThanBasis('must carry every restriction of what it rests on, some of which you may not see')];
  return basisFaults(basis, known, marking, viewer);
}

function widerThanBasis(detail: string): Fault {
  return { pointer: '/marking', code: 'marking.wider-than-basis', detail };
}
