import type { EventLog } from '#event-log';
import type { Decoded, Marking } from '#events';
import type { StreamEvent } from './standing.js';

/** Reads inside or outside a transaction. */
export interface Reads {
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
}

/** An event at its place in the log, without what it says. */
export interface Header {
  position: number;
  /** When the position was given, in microseconds since 1970. */
  givenAt: number;
  id: string;
  stream: string;
  streamVersion: number;
  type: string;
  audience: number;
  /** Whether its text names an assessed network anywhere. */
  namesNetwork: boolean;
}

/**
 * Bodies stay where they are: most events are decided by their columns, and reading what they say would cost more than the
 * rest. Positions are dense, so the range bounds the work.
 */
const HEADERS = `
  SELECT p.position, (extract(epoch FROM p.given_at) * 1000000)::bigint AS "givenAt", e.id, e.stream,
    e.stream_version AS "streamVersion", e.type, e.audience,
    e.type = 'assertion.made' AND position('breakwater:network/' IN e.body) > 0 AS "namesNetwork"
  FROM log_positions p
  JOIN LATERAL (SELECT * FROM events v WHERE v.seq = p.seq OFFSET 0) e ON true
  WHERE p.position > $1 AND p.position <= $2
  ORDER BY p.position`;

export function readHeaders(on: Reads, after: number, upTo: number): Promise<Header[]> {
  return on.query<Header>(HEADERS, [after, upTo]);
}

const BODIES = `
  SELECT e.body
  FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (position, place), LATERAL (
    SELECT v.body FROM log_positions p JOIN events v ON v.seq = p.seq WHERE p.position = asked.position OFFSET 0
  ) e
  ORDER BY asked.place`;

/** What events say, by position: decoded, or why they cannot be. */
export async function readBodies(
  on: Reads,
  log: Pick<EventLog, 'decode'>,
  positions: readonly number[],
): Promise<Map<number, Decoded>> {
  if (positions.length === 0) return new Map();
  const rows = await on.query<{ body: string }>(BODIES, [listOf(positions)]);
  const decoded = await log.decode(rows);
  return new Map(positions.map((position, place) => [position, decoded[place] as Decoded]));
}

/** The bodies of those that end others; of an assertion's beginning only where something of it was taken back. */
const STREAMS = `
  SELECT e.stream, e.stream_version AS "streamVersion", e.id, e.type, e.audience, e.position,
    CASE WHEN e.type IN ('assertion.withdrawn', 'removal.corrected', 'removal.appeal-decided')
      OR (e.type = 'assertion.made' AND bool_or(e.type = 'assertion.withdrawn') OVER (PARTITION BY e.stream)) THEN e.body
    END AS body
  FROM unnest($1::text[]) AS asked (stream), LATERAL (
    SELECT v.stream, v.stream_version, v.id, v.type, v.audience, v.body,
      (SELECT p.position FROM log_positions p WHERE p.seq = v.seq) AS position
    FROM events v WHERE v.stream = asked.stream OFFSET 0
  ) e
  WHERE e.position <= $2
  ORDER BY e.stream, e.stream_version`;

/** Streams as they stood at a position. What is parked, or has no effect any more, is marked so. */
export async function readStreamsAt(
  on: Reads,
  log: Pick<EventLog, 'decode'>,
  streams: readonly string[],
  position: number,
  isLeftOut: (stream: string, streamVersion: number) => boolean,
): Promise<Map<string, StreamEvent[]>> {
  const rows = await on.query<StreamEvent & { stream: string; body: string | null }>(STREAMS, [
    [...new Set(streams)].sort(),
    position,
  ]);
  const readable = rows.filter((row): row is (typeof rows)[number] & { body: string } => row.body !== null);
  const decoded = await log.decode(readable);
  const outcomes = new Map(readable.map(({ position: at }, place) => [at, decoded[place] as Decoded]));
  const byStream = new Map<string, StreamEvent[]>();
  for (const { stream, body: _, ...row } of rows) {
    const leftOut = isLeftOut(stream, row.streamVersion) ? { leftOut: true as const } : {};
    const list = byStream.get(stream) ?? [];
    list.push({ ...row, ...outcomes.get(row.position), ...leftOut });
    byStream.set(stream, list);
  }
  return byStream;
}

/** Markings by audience, of those that are not known yet. They never change. */
export async function readMarkings(on: Reads, audiences: Iterable<number>, known: Map<number, Marking>): Promise<void> {
  const missing = [...new Set(audiences)].filter((audience) => !known.has(audience));
  if (missing.length === 0) return;
  const rows = await on.query<{ audience: number; marking: Marking }>(
    'SELECT m.audience, m.marking FROM unnest($1::bigint[]) AS asked (audience) JOIN markings m USING (audience)',
    [listOf(missing)],
  );
  for (const { audience, marking } of rows) known.set(audience, marking);
}

/** An array literal of whole numbers: the driver would escape each of them. */
export function listOf(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}
