import type { EventCodec, KnownEvent, Topic } from '#events';
import type { LoggedRow, PositionRange } from './log.js';
import type { Queryable } from './queryable.js';
import { LogRefusal } from './refusals.js';

/** A walk of the index for each stream: asked for all at once, a database that has counted streams badly reads the whole log. */
const READ_STREAMS = {
  name: 'read_streams',
  text: `
    SELECT e.stream, e.stream_version, e.body
    FROM unnest($1::text[]) WITH ORDINALITY AS asked (stream, place), LATERAL (
      SELECT v.stream, v.stream_version, v.body FROM events v
      WHERE v.stream = asked.stream ORDER BY v.stream_version OFFSET 0
    ) e
    ORDER BY asked.place, e.stream_version`,
};

/** Events of each stream in version order. One that cannot be read stops the caller: no rule may decide on half a history. */
export async function readStreams(
  on: Queryable,
  codec: EventCodec,
  streams: readonly string[],
): Promise<Map<string, KnownEvent[]>> {
  const result = await on.query({ ...READ_STREAMS, values: [[...new Set(streams)].sort()] });
  const rows = result.rows as { stream: string; stream_version: number; body: string }[];
  const decoded = await codec.decode(rows.map((row) => row.body));
  const histories = new Map<string, KnownEvent[]>();
  decoded.forEach((outcome, i) => {
    const { stream, stream_version: version } = rows[i] as (typeof rows)[number];
    if ('fault' in outcome)
      throw new LogRefusal('event.undecodable', `version ${version} of ${stream} cannot be read: ${outcome.fault}`);
    const history = histories.get(stream);
    if (history === undefined) histories.set(stream, [outcome.event]);
    else history.push(outcome.event);
  });
  return histories;
}

/** Positions are dense, so a range of numbers bounds the work without a LIMIT, and no plan can scan the whole log. */
const READ_POSITIONS = {
  name: 'read_positions',
  text: `
    SELECT p.position, s.incarnation, e.stream, e.stream_version AS "streamVersion", e.id, e.topic, e.type, e.body,
      p.given_at AS "givenAt"
    FROM log_positions p
    CROSS JOIN log_state s
    JOIN LATERAL (SELECT * FROM events v WHERE v.seq = p.seq OFFSET 0) e ON true
    WHERE p.position > $1 AND p.position <= $2 AND ($3::text[] IS NULL OR e.topic = ANY ($3))
    ORDER BY p.position`,
};

export async function readPositions(on: Queryable, range: PositionRange): Promise<LoggedRow[]> {
  const { after, upTo = Number.MAX_SAFE_INTEGER, limit, topics } = range;
  if (topics === undefined) return window(on, after, Math.min(upTo, after + limit), null);
  return sparse(on, after, upTo, limit, topics);
}

/** With some topics only, windows are read until enough rows were found or the log ends. */
async function sparse(
  on: Queryable,
  after: number,
  upTo: number,
  limit: number,
  topics: readonly Topic[],
): Promise<LoggedRow[]> {
  const head = await headOf(on);
  const found: LoggedRow[] = [];
  const width = Math.max(limit, 1_000);
  for (let from = after; from < Math.min(upTo, head) && found.length < limit; from += width)
    found.push(...(await window(on, from, Math.min(upTo, from + width), topics)));
  return found.slice(0, limit);
}

async function window(
  on: Queryable,
  after: number,
  upTo: number,
  topics: readonly Topic[] | null,
): Promise<LoggedRow[]> {
  const { rows } = await on.query({ ...READ_POSITIONS, values: [after, upTo, topics] });
  return rows as LoggedRow[];
}

export async function headOf(on: Queryable): Promise<number> {
  const { rows } = await on.query({ name: 'log_head', text: 'SELECT head FROM log_sequenced', values: [] });
  return (rows[0] as { head: number }).head;
}
