import { GraphRefusal, type CypherParams, type Graph } from '#graph';
import { QuestionRefused } from '../terms/refusals.js';
import type { CypherValue, Fetch, Reader, Sight } from './fetch.js';
import { apart, CROWD_AUDIENCES, MOST_NEARBY, NEARBY, nearbyOnly, type Crowds, type Nearby } from './crowds.js';
import { MANY_AUDIENCES, OCCURRING, placesOf } from './occurring.js';
import { KnownNodes } from './nodes.js';
import { isWhole, windowSizes, WINDOWS, type Window } from './windows.js';

export interface Effort {
  /** Milliseconds after which the store stops a query of this question. */
  questionMs: number;
  /** Milliseconds after which work in rounds ends with what it has. */
  walkMs: number;
  /** Fires when the caller has gone. */
  signal: AbortSignal;
  /** Milliseconds of a clock that never goes back. */
  clock?: () => number;
  /** From so many audiences on only those are sent that occur where a fetch looks. */
  manyAudiences?: number;
  /** Nodes that are read by what stands next to them; none where it is not given. */
  crowds?: Crowds;
  /** Links up to which all that stands next to a crowded node is read at once. */
  mostNearby?: number;
  /** Sizes of the windows in which a page of so many is looked for. */
  windows?: (limit: number) => number[];
}

/** What stands next to a crowded node under the audiences that occur there and that the viewer may see; `nearby` only where it is little. */
type Around = { audiences: Float64Array; nearby?: string[] };

/** Reads the graph as one viewer at one position: audiences, position and what is left out go into every query here and nowhere else. */
export function graphReader(graph: Graph, { audiences, ...sight }: Sight, effort: Effort): Reader {
  const {
    questionMs,
    walkMs,
    signal,
    clock = () => performance.now(),
    manyAudiences = MANY_AUDIENCES,
    crowds,
    mostNearby = MOST_NEARBY,
    windows = windowSizes,
  } = effort;
  const start = clock();
  const read = async <Row>(cypher: string, params: CypherParams): Promise<Row[]> => {
    const timeoutMs = Math.ceil(questionMs - (clock() - start));
    if (timeoutMs <= 0) throw tooLong(questionMs);
    try {
      return await graph.read<Row>(cypher, params, { timeoutMs, signal });
    } catch (error) {
      if (signal.aborted) throw callerGone();
      if (error instanceof GraphRefusal && error.code === 'graph.timeout') throw tooLong(questionMs);
      throw error;
    }
  };
  // As floats: as integers they cost ten times as much to send.
  const all = new Float64Array(audiences);
  const occurring = new Map<string, Promise<Float64Array>>();
  /** Those that the viewer may see and that occur there; asked for once for each place of a question. */
  const audiencesAt = (params: Record<string, CypherValue>): Promise<Float64Array> | Float64Array => {
    const ids = all.length < manyAudiences ? undefined : placesOf(params);
    if (ids === undefined) return all;
    const place = ids.join();
    const known = occurring.get(place) ?? read<{ audiences: number[] }>(OCCURRING.cypher, { ids }).then(common);
    occurring.set(place, known);
    return known;
  };
  const common = ([row]: { audiences: number[] }[]): Float64Array => {
    const there = new Set(row?.audiences);
    return all.filter((audience) => there.has(audience));
  };
  const nodes = new KnownNodes();
  const crowded = new Map<string, Promise<Around | undefined>>();
  /** What a crowded node's hints say; undefined for any other. */
  const around = async (params: Record<string, CypherValue>): Promise<Around | undefined> => {
    const [id, ...more] = placesOf(params) ?? [];
    if (id === undefined || more.length > 0 || !(await crowds?.has(id))) return undefined;
    const known = crowded.get(id) ?? lookAround(id);
    crowded.set(id, known);
    return await known;
  };
  const lookAround = async (id: string): Promise<Around | undefined> => {
    const occurring = await read<{ audiences: number[] }>(CROWD_AUDIENCES.cypher, { id });
    if (occurring.length === 0) return undefined;
    const audiences = common(occurring);
    const [{ links, nearby } = { links: 0, nearby: [] }] = await read<Nearby>(NEARBY.cypher, {
      id,
      among: audiences,
      position: sight.position,
      most: mostNearby + 1,
    });
    return links > mostNearby ? { audiences } : { audiences, nearby: [...new Set(nearby)] };
  };
  /** A page of a crowded node by what stands where it lies; undefined where that is spread too far among what is not asked about. */
  const pageOf = async <Params extends Record<string, CypherValue>, Row>(
    { cypher, paged }: Fetch<Params, Row>,
    params: Params,
    seen: Omit<Sight, 'audiences'>,
    { audiences }: Around,
  ): Promise<Row[] | undefined> => {
    const [text, limit] = [nearbyOnly(cypher), params['limit']];
    if (paged === undefined || text === undefined || typeof limit !== 'number') return undefined;
    const place = { id: params['id'], among: audiences, from: paged.from({ ...params, position: seen.position }) };
    for (const most of windows(limit)) {
      const [window] = await read<Window>(WINDOWS[paged.by].cypher, { ...place, most });
      const nearby = [...new Set(window?.others)];
      const rows = await read<Row>(text, { ...params, ...seen, audiences, nearby });
      if (window !== undefined && isWhole(paged, params, window, most, rows)) return rows;
    }
    return undefined;
  };
  const readerOf = (leftOut: number[]): Reader => ({
    rows: async <Params extends Record<string, CypherValue>, Row>(
      fetch: Fetch<Params, Row>,
      params: Params,
    ): Promise<Row[]> => {
      const seen = { ...sight, leftOut };
      const rowsOf = async (part: Params): Promise<Row[]> => {
        const near = await around(part);
        const cypher = near?.nearby === undefined ? undefined : nearbyOnly(fetch.cypher);
        if (cypher !== undefined) return nodes.learn(await read<Row>(cypher, { ...part, ...seen, ...near }));
        const page = near && (await pageOf(fetch, part, seen, near));
        if (page !== undefined) return page;
        const audiences = await audiencesAt(part);
        const { cypher: text, params: asked } = nodes.asked(fetch.cypher, part);
        return nodes.learn(await read<Row>(text, { ...asked, ...seen, audiences }));
      };
      return await apart(params, crowds, rowsOf);
    },
    outOfTime: () => clock() - start > walkMs,
    sight: { ...sight, leftOut, audiences },
    without: (positions) => readerOf([...leftOut, ...positions]),
  });
  return readerOf(sight.leftOut);
}

export function tooLong(questionMs: number): QuestionRefused {
  const seconds = Math.round(questionMs / 1000);
  return new QuestionRefused(
    'question.too-long',
    'Unavailable',
    `The question took longer than ${seconds} s and was stopped. Narrow it: fewer relations, a date (validAt), a smaller limit.`,
  );
}

/** Nobody reads this; the code keeps it apart from faults in logs and figures. */
export function callerGone(): QuestionRefused {
  return new QuestionRefused('question.caller-gone', 'Unavailable', 'The caller has gone before the answer was there.');
}

/** Runs every Cypher once with parameters that find nothing, so that no caller waits for planning. */
export async function warmUp(
  graph: Graph,
  fetches: readonly { cypher: string; warmUp: Record<string, CypherValue | Float64Array> }[],
): Promise<void> {
  for (const { cypher, warmUp: params } of fetches)
    await graph.read(cypher, { ...params, audiences: Float64Array.of(0), position: 0, leftOut: [0] });
}
