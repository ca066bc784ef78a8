/** What the log of a world in memory says of sources, and of what rests on what. */
import type { Marking } from '#events';
import { keyOfOrigin } from '../../apps/query-api/withdrawals/origins.js';
import { originOf, STATING } from '../../apps/query-api/withdrawals/stating.js';
import type { History } from './history.js';

interface Row {
  position: number;
  stream: string;
  /** Stands for the bytes of the event at this position. */
  body: string;
}

type AudienceIn = (marking: Marking) => number;

/** Undefined where the statement asks for something else. */
export function sourcesAsked(
  sql: string,
  params: readonly unknown[],
  history: History,
  audienceIn: AudienceIn,
): unknown[] | undefined {
  const seenOf = (rows: readonly Row[], audiences: readonly number[]): Row[] =>
    seen(rows, history, audiences, audienceIn);
  if (sql.includes('FROM log_origins_read')) return [{ position: history.length }];
  if (sql.includes('FROM log_origins o')) {
    const [origin, position, audiences, most] = params as [string, number, number[], number];
    const said = statedIn(history).filter((row) => {
      const event = history[row.position - 1]!;
      const named = originOf({ ...event, type: event.body.type });
      return named !== undefined && keyOf(named) === origin && row.position <= position;
    });
    return seenOf(said, audiences).reverse().slice(0, most);
  }
  if (sql.includes('AS asked (stream)') && sql.includes('v.type = ANY')) {
    const [streams, position, audiences] = params as [string[], number, number[]];
    const said = statedIn(history).filter((row) => streams.includes(row.stream) && row.position <= position);
    return seenOf(said, audiences);
  }
  if (sql.includes('WITH RECURSIVE resting')) {
    const [streams, audiences, most] = params as [string[], number[], number];
    const visible = seenOf(madeIn(history), audiences).map(({ stream }) => stream);
    return edgesFrom(streams, history, new Set(visible)).slice(0, most);
  }
  return undefined;
}

function madeIn(history: History): Row[] {
  return statedIn(history, ['assertion.made']);
}

function statedIn(history: History, types: readonly string[] = STATING): Row[] {
  return history.flatMap(({ stream, body }, at): Row[] =>
    types.includes(body.type) ? [{ position: at + 1, stream, body: String(at + 1) }] : [],
  );
}

function seen(rows: readonly Row[], history: History, audiences: readonly number[], audienceIn: AudienceIn): Row[] {
  const inForce = new Map(history.map(({ stream, marking }) => [stream, marking]));
  return rows.filter(({ stream }) => audiences.includes(audienceIn(inForce.get(stream)!)));
}

function edgesFrom(
  streams: readonly string[],
  history: History,
  visible: ReadonlySet<string>,
): { basis: string; derived: string }[] {
  const streamOf = new Map(history.map(({ id, stream }) => [id, stream]));
  const derived = history.filter(
    ({ body, stream, basis }) => body.type === 'assertion.made' && basis.length > 0 && visible.has(stream),
  );
  const edges: { basis: string; derived: string }[] = [];
  const reached = new Set(streams);
  for (const basis of reached)
    for (const event of derived)
      if (event.basis.some((id) => streamOf.get(id) === basis)) {
        edges.push({ basis, derived: event.stream });
        reached.add(event.stream);
      }
  return edges;
}

const keys = new Map<string, string>();

/** Worlds have few origins, and each is asked about again and again. */
function keyOf(origin: string): string {
  const key = keys.get(origin) ?? keyOfOrigin(origin);
  keys.set(origin, key);
  return key;
}
