import type { Graph, GraphTransaction } from './graph.js';
import type { StatementWrite } from './statement.js';

/**
 * An access path for crowded nodes. Looking at a link costs about a microsecond or two whoever may see it, so a node with a
 * hundred thousand of them would answer late. For such a node the graph also holds one node for each link, with what stands at its
 * other end, under which audience, and where it comes in the two orders that pages have:
 * `(:Near {hub, aud, pos, at, other})`, and its audiences once each: `(:Crowd {hub, aud})`. A reader begins there and looks at the
 * links of those only that it may see, and of a page only as far as it goes.
 *
 * It is a hint and no statement: it may name too much (what was withdrawn, regraded or removed since) and never too little, and every link is
 * still held against the viewer's rights by the same predicate. No answer and no order comes from it, and no digest holds it. The property
 * `crowd` of such a node says nothing to anybody either: 1 while the hints are being written, 3 once they are complete (2 were
 * complete hints of an earlier form, without order: they are written anew).
 */
export const CROWDED_FROM = 10_000;

/** Where an undated link stands among those in the order of time (seconds since the epoch): behind all others. */
export const UNDATED = Number.MAX_SAFE_INTEGER;

/** One statement in so many is followed to its ends: a crowd is noticed soon after it is one, and the rest costs next to nothing. */
const FOLLOWED = 2_048;

const CROWDED = `
  UNWIND $ids AS id
  MATCH (e:Entity {id: id})
  WHERE coalesce(e.crowd, 0) < 3 AND COUNT { (e)--() } >= $links
  RETURN collect(DISTINCT e.id) AS crowded`;

/** Waits for every writer that does not know yet: each holds at least one of these until it commits. */
const AWAIT_WRITERS = 'MATCH (p:Position) WITH p ORDER BY p.key SET p.lock = p.lock';
const BEGIN = 'UNWIND $ids AS id MATCH (e:Entity {id: id}) SET e.crowd = 1';
const HINT_ALL = `
  MATCH (e:Entity {id: $id})-[r]-(o:Entity)
  WITH r.aud AS aud, r.pos AS pos, coalesce(r.from, r.to, $undated) AS at, o.id AS other
  CALL (aud, pos, at, other) { MERGE (:Near {hub: $id, aud: aud, pos: pos, at: at, other: other}) } IN TRANSACTIONS OF 10000 ROWS`;
const AUDIENCES = `
  MATCH (e:Entity {id: $id})-[r]-(:Entity)
  WITH DISTINCT r.aud AS aud MERGE (:Crowd {hub: $id, aud: aud})`;
const COMPLETE = 'MATCH (e:Entity {id: $id}) SET e.crowd = 3';

const HINT = `
  UNWIND range(0, size($hub) - 1) AS j
  MERGE (:Crowd {hub: $hub[j], aud: toInteger($aud[j])})
  MERGE (:Near {hub: $hub[j], aud: toInteger($aud[j]), pos: toInteger($pos[j]), at: toInteger($at[j]), other: $other[j]})`;

/** Gives hints to the crowded ends of a sample of these statements. Called before they are written, so that a fault leaves nothing half done. */
export async function keepCrowds(graph: Graph, statements: readonly StatementWrite[]): Promise<void> {
  const followed = statements.filter(({ ref, i = 0 }) => (ref + i) % FOLLOWED === 0);
  const ids = followed.flatMap(({ subject, object }) => [subject.id, object.id]);
  if (ids.length > 0) await hintCrowded(graph, [...new Set(ids)]);
}

/**
 * Gives hints to those of the entities that have so many links. Whoever writes to them from then on adds to the hints, in the
 * transaction of the statement; what stands already is noted after that, so nothing is missed in between. Repeatable after a kill.
 */
export async function hintCrowded(graph: Graph, ids: readonly string[], links = CROWDED_FROM): Promise<void> {
  const [{ crowded } = { crowded: [] }] = await graph.read<{ crowded: string[] }>(CROWDED, { ids, links });
  if (crowded.length === 0) return;
  await graph.transact(async (transaction) => {
    await transaction.run(AWAIT_WRITERS, {});
    await transaction.run(BEGIN, { ids: crowded });
  });
  for (const id of crowded) {
    await graph.command(HINT_ALL, { id, undated: UNDATED });
    await graph.command(AUDIENCES, { id });
    await graph.command(COMPLETE, { id });
  }
}

/** A row of a set-based statement by its place, with the position of what was said and from or up to when it was true. */
type CrowdedRow = [row: number, pos: number, at: number | null];

/** Rows whose subject or object is crowded; the same row several times where it meets several statements. */
export interface CrowdedRows {
  atSubject: CrowdedRow[];
  atObject: CrowdedRow[];
}

const NOTED = 'THEN null ELSE [j, r.pos, coalesce(r.from, r.to)] END';
/** Ends of Cypher that has `j`, `a`, `b` and the relationship `r`: which of its rows concern a crowded node. */
export const CROWDED_ROWS =
  `collect(CASE WHEN a.crowd IS NULL ${NOTED}) AS atSubject, ` +
  `collect(CASE WHEN b.crowd IS NULL ${NOTED}) AS atObject`;

type Linked = Pick<StatementWrite, 'aud'> & { subject: { id: string }; object: { id: string } };

/** Adds to the hints what such rows say now. */
export async function hint(
  transaction: GraphTransaction,
  rows: readonly Linked[],
  { atSubject, atObject }: CrowdedRows,
): Promise<void> {
  const hints = [...notes(rows, atSubject, 'subject', 'object'), ...notes(rows, atObject, 'object', 'subject')];
  const once = [...new Map(hints.map((each) => [Object.values(each).join(), each])).values()];
  if (once.length === 0) return;
  await transaction.runLists(HINT, {
    hub: once.map(({ hub }) => hub),
    aud: once.map(({ aud }) => aud),
    pos: once.map(({ pos }) => pos),
    at: once.map(({ at }) => at),
    other: once.map(({ other }) => other),
  });
}

interface Note {
  hub: string;
  aud: number;
  pos: number;
  at: number;
  other: string;
}

function notes(
  rows: readonly Linked[],
  crowded: readonly CrowdedRow[],
  hub: 'subject' | 'object',
  other: 'subject' | 'object',
): Note[] {
  return crowded.map(([j, pos, at]) => {
    const row = rows[j]!;
    return { hub: row[hub].id, aud: row.aud, pos, at: at ?? UNDATED, other: row[other].id };
  });
}
