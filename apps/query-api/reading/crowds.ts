import type { Graph } from '#graph';
import type { CypherValue } from './fetch.js';

/**
 * How a question reads a crowded node: by what stands next to it under audiences that the viewer may see, instead of by all its
 * links. The graph keeps hints for that (`libs/graph/crowd.ts`), which may name too much and never too little. So the second text
 * of a fetch gives the very rows of the first, and every relationship in it carries the same predicate.
 */

/** Crowded nodes whose hints are complete. Nothing of this reaches an answer. */
export const CROWDS = {
  name: 'crowds',
  cypher: 'MATCH (e:Entity) WHERE e.crowd = 3 RETURN e.id AS id',
  warmUp: {},
};

/** Markings of everything said about a crowded entity; no row where it is none (any more). Nothing of it reaches an answer. */
export const CROWD_AUDIENCES = {
  name: 'crowd-audiences',
  cypher: `
    MATCH (e:Entity {id: $id}) WHERE e.crowd = 3
    OPTIONAL MATCH (c:Crowd) WHERE c.hub = $id
    RETURN e.id AS id, collect(c.aud) AS audiences`,
  warmUp: { id: 'none' },
};

/**
 * Which entities may stand next to it for this viewer, by links: only where the fetch begins to look. Where they are too many to
 * be of use they are counted and not read, which costs a quarter.
 */
export const NEARBY = {
  name: 'nearby',
  cypher: `
    UNWIND $among AS audience
    MATCH (n:Near) USING INDEX n:Near(hub, aud, pos) WHERE n.hub = $id AND n.aud = audience AND n.pos <= $position
    WITH n LIMIT $most
    WITH collect(n) AS hints
    RETURN size(hints) AS links, [n IN CASE WHEN size(hints) < $most THEN hints ELSE [] END | n.other] AS nearby`,
  warmUp: { id: 'none', among: [0], position: 0, most: 1 },
};

export interface Nearby {
  links: number;
  /** Empty where there are too many links. */
  nearby: string[];
}

/** With more than so many links beside it, looking at every one is no slower. */
export const MOST_NEARBY = 2_000;

/** How long it may take until a node that became crowded is read faster. */
export const REREAD_MS = 10_000;

/** Which nodes are worth a look at their hints. An answer never rests on it: each question asks again of those that it names. */
export class Crowds {
  private ids: ReadonlySet<string> = new Set();
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly graph: Graph,
    private readonly rereadMs = REREAD_MS,
  ) {}

  async has(id: string): Promise<boolean> {
    return (await this.known()).has(id);
  }

  async among(ids: readonly string[]): Promise<string[]> {
    const known = await this.known();
    return ids.filter((id) => known.has(id));
  }

  private async known(): Promise<ReadonlySet<string>> {
    if (performance.now() - this.readAt >= this.rereadMs) {
      this.readAt = performance.now();
      const { cypher } = CROWDS;
      const rows = await this.graph.read<{ id: string }>(cypher);
      this.ids = new Set(rows.map((row) => row.id));
    }
    return this.ids;
  }
}

const UNNAMED = /(\(e(?::Entity \{id: \$?id\})?\))(<?-\[[^\]]*\]->?)\(:Entity\)/g;
const LOOKING_AROUND = /MATCH (\(e(?::Entity \{id: \$?id\})?\))(<?-\[[^\]]*\]->?)\((\w+):Entity\)/g;
const FROM_NEARBY = 'MATCH $1 UNWIND $$nearby AS nearby MATCH ($3:Entity {id: nearby}) MATCH (e)$2($3)';

/** A fetch's text, beginning with `$nearby` instead of all that stands next to `e`; undefined where it does not look around. */
export function nearbyOnly(cypher: string): string | undefined {
  const text = cypher.replaceAll(UNNAMED, '$1$2(near:Entity)').replaceAll(LOOKING_AROUND, FROM_NEARBY);
  return text.includes('$nearby') ? text : undefined;
}

/**
 * Rows over a frontier, whose crowded nodes are each asked about alone. A fetch over a `frontier` gives at most one row for each of its
 * entities, by its id `at`, in the order of the frontier.
 */
export async function apart<Params extends Record<string, CypherValue>, Row>(
  params: Params,
  crowds: Crowds | undefined,
  rowsOf: (part: Params) => Promise<Row[]>,
): Promise<Row[]> {
  const frontier = params['frontier'] as string[] | undefined;
  if (crowds === undefined || frontier === undefined || frontier.length < 2) return await rowsOf(params);
  const crowded = new Set(await crowds.among(frontier));
  if (crowded.size === 0) return await rowsOf(params);
  const others = frontier.filter((id) => !crowded.has(id));
  const parts = [...[...crowded].map((id) => [id]), ...(others.length === 0 ? [] : [others])];
  const rows = await Promise.all(parts.map((part) => rowsOf({ ...params, frontier: part })));
  const places = new Map(frontier.map((id, place) => [id, place]));
  const placeOf = (row: Row): number => places.get((row as { at: string }).at)!;
  return rows.flat().sort((one, other) => placeOf(one) - placeOf(other));
}
