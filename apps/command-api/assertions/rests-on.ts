import { canonicalMarking, type Marking, Refusal } from '#events';
import { basisLock, narrowedBy } from '#access';
import { MAX_APPEND_EVENTS, type LogReads } from '#event-log';
import { assertionFrom, type KnownAssertion } from './assertion-state.js';

/** One assertion that rests on another stream directly. */
export interface Edge {
  basis: string;
  derived: string;
}

/** What a narrowing comes to for one of those that rest on it. */
export interface Narrowing {
  stream: string;
  known: KnownAssertion;
  marking: Marking;
}

const EDGES = `
  WITH RECURSIVE resting (basis, derived) AS (
    SELECT b.basis_stream, b.derived_stream FROM assertion_basis b WHERE b.basis_stream = $1
    UNION
    SELECT b.basis_stream, b.derived_stream FROM resting r, LATERAL (
      SELECT d.basis_stream, d.derived_stream FROM assertion_basis d WHERE d.basis_stream = r.derived OFFSET 0
    ) AS b
  )
  SELECT basis, derived FROM resting LIMIT $2`;
/** More than one append can narrow; a basis counts once for each event of it. */
const MOST_EDGES = 100 * MAX_APPEND_EVENTS;

/**
 * Everything that rests on a stream, whoever said it, kept as it is until the transaction ends. What was found is locked and
 * looked for again: between the two somebody may have derived from one of those.
 */
export async function restingOn(read: LogReads, stream: string): Promise<Edge[]> {
  const locked = new Set([stream]);
  for (;;) {
    const edges = await read.query<Edge>(EDGES, [stream, MOST_EDGES]);
    const found = [...new Set(edges.map(({ derived }) => derived))].filter((derived) => !locked.has(derived));
    if (found.length === 0) return edges;
    if (locked.size + found.length > MAX_APPEND_EVENTS || edges.length === MOST_EDGES) throw tooMuch();
    await read.lockExclusive(found.map(basisLock));
    for (const derived of found) locked.add(derived);
  }
}

/** The states of all that rests on it; read after `restingOn` has locked them. */
export async function statesOf(read: LogReads, edges: readonly Edge[]): Promise<Map<string, KnownAssertion>> {
  const streams = [...new Set(edges.map(({ derived }) => derived))];
  if (streams.length === 0) return new Map();
  const histories = await read.readStreams(streams);
  return new Map(
    [...histories].flatMap(([stream, events]) => {
      const state = assertionFrom(events);
      return state.status === 'absent' ? [] : [[stream, state] as const];
    }),
  );
}

/**
 * R4: what rests on something that was narrowed is narrowed with it, and what rests on that, transitively. Pure. What carries
 * every restriction already stays as it is, and stops the walk.
 */
export function narrowingsOf(
  stream: string,
  marking: Marking,
  edges: readonly Edge[],
  states: ReadonlyMap<string, KnownAssertion>,
): Narrowing[] {
  const found = new Map<string, Narrowing>();
  const walk: { stream: string; marking: Marking }[] = [{ stream, marking }];
  for (let at = walk.shift(); at !== undefined; at = walk.shift()) {
    for (const { basis, derived } of edges) {
      const known = states.get(derived);
      if (basis !== at.stream || known === undefined) continue;
      const before = found.get(derived)?.marking ?? known.marking;
      const after = narrowedBy(before, at.marking);
      if (canonicalMarking(after) === canonicalMarking(before)) continue;
      found.set(derived, { stream: derived, known, marking: after });
      walk.push({ stream: derived, marking: after });
    }
  }
  return [...found.values()];
}

function tooMuch(): Refusal {
  return new Refusal(
    'RuleRefused',
    'regrade.too-much-rests-on-it',
    'More rests on this assertion than one act can narrow. Narrow what rests on it first, in parts.',
  );
}
