/** What the log of a world in memory says of sources, and of what rests on what. */
import { audienceOf } from '#events';
import { keyOfOrigin } from '../../apps/query-api/withdrawals/origins.js';
import type { History } from './history.js';

interface Row {
  position: number;
  stream: string;
  /** Stands for the bytes of the event at this position. */
  body: string;
}

/** Undefined where the statement asks for something else. */
export function sourcesAsked(sql: string, params: readonly unknown[], history: History): unknown[] | undefined {
  if (sql.includes('FROM log_origins_read')) return [{ position: history.length }];
  if (sql.includes('FROM log_origins o')) {
    const [origin, position, audiences, most] = params as [string, number, number[], number];
    const said = madeIn(history).filter((row) => {
      const event = history[row.position - 1]!;
      return event.origin !== undefined && keyOfOrigin(event.origin) === origin && row.position <= position;
    });
    return seenOf(said, history, audiences).reverse().slice(0, most);
  }
  if (sql.includes('AS asked (stream)') && sql.includes("v.type = 'assertion.made'")) {
    const [streams, position, audiences] = params as [string[], number, number[]];
    const said = madeIn(history).filter((row) => streams.includes(row.stream) && row.position <= position);
    return seenOf(said, history, audiences);
  }
  if (sql.includes('WITH RECURSIVE resting')) {
    const [streams, audiences, most] = params as [string[], number[], number];
    return edgesFrom(streams, history, audiences).slice(0, most);
  }
  return undefined;
}

function madeIn(history: History): Row[] {
  return history.flatMap(({ stream, body }, at): Row[] =>
    body.type === 'assertion.made' ? [{ position: at + 1, stream, body: String(at + 1) }] : [],
  );
}

function seenOf(rows: readonly Row[], history: History, audiences: readonly number[]): Row[] {
  const inForce = new Map(history.map(({ stream, marking }) => [stream, marking]));
  return rows.filter(({ stream }) => audiences.includes(audienceOf(inForce.get(stream)!)));
}

function edgesFrom(
  streams: readonly string[],
  history: History,
  audiences: readonly number[],
): { basis: string; derived: string }[] {
  const streamOf = new Map(history.map(({ id, stream }) => [id, stream]));
  const seen = new Set(seenOf(madeIn(history), history, audiences).map(({ stream }) => stream));
  const edges: { basis: string; derived: string }[] = [];
  const reached = new Set(streams);
  for (const basis of reached)
    for (const { body, stream, basis: restsOn } of history)
      if (body.type === 'assertion.made' && seen.has(stream) && restsOn.some((id) => streamOf.get(id) === basis)) {
        edges.push({ basis, derived: stream });
        reached.add(stream);
      }
  return edges;
}
