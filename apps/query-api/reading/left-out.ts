import type { EventLog } from '#event-log';

/**
 * A regrade takes effect with its commit, and the graph follows later: until then what it took away is left out of every
 * answer, by log position. Asked anew for each question, and after the complete position was read: what was sent since lies
 * beyond that position and is in no answer.
 *
 * It is left out until the complete position covers the regrade and its stream is not parked. To leave out more is never wrong,
 * since the marking in force decides; so whatever goes back (a graph put back or being filled anew) only makes the list longer.
 */

/** Statements of regraded streams that the graph may show to others than their marking in force does. */
export interface NotFollowed {
  /** Who may see them now. */
  audience: number;
  /** Log positions of all events of their streams. */
  positions: number[];
}

/** How far the graph is. */
export interface Followed {
  /** Everything up to here took effect in the graph, unless it is parked. */
  position: number;
  /** Streams with a parked event, read after that position. */
  parked: readonly string[];
}

const POSITIONS = `
  SELECT f.audience, array_agg(p.position) AS positions
  FROM behind f,
    LATERAL (SELECT e.seq FROM events e WHERE e.stream = f.stream OFFSET 0) AS said,
    LATERAL (SELECT l.position FROM log_positions l WHERE l.seq = said.seq OFFSET 0) AS p
  GROUP BY f.audience`;

/** Positions are given in this order. A position that the log does not have counts as the beginning: everything is behind it. */
const BEYOND = `
  WITH followed AS (
    SELECT e.incarnation, e.txid, e.seq FROM log_positions l JOIN events e ON e.seq = l.seq WHERE l.position = $1
  ), floor AS (
    SELECT * FROM followed UNION ALL SELECT 0, '0'::xid8, 0::bigint WHERE NOT EXISTS (SELECT FROM followed)
  ), behind AS (
    SELECT m.stream, m.audience FROM floor, LATERAL (
      SELECT f.stream, f.audience FROM markings_in_force f
      WHERE (f.incarnation, f.txid, f.seq) > (floor.incarnation, floor.txid, floor.seq) OFFSET 0
    ) AS m
  )${POSITIONS}`;

const OF_STREAMS = `
  WITH behind AS (SELECT f.stream, f.audience FROM markings_in_force f WHERE f.stream = ANY ($1::text[]))${POSITIONS}`;

export async function notFollowed(
  log: Pick<EventLog, 'query'>,
  { position, parked }: Followed,
): Promise<NotFollowed[]> {
  const [beyond, ofParked] = await Promise.all([log.query<NotFollowed>(BEYOND, [position]), ofStreams(log, parked)]);
  return [...beyond, ...ofParked];
}

/** All regraded streams among some, whether or not the graph has followed. */
export async function ofStreams(log: Pick<EventLog, 'query'>, streams: readonly string[]): Promise<NotFollowed[]> {
  return streams.length === 0 ? [] : await log.query<NotFollowed>(OF_STREAMS, [streams]);
}

/** Positions that a viewer of these audiences must not get, sorted and once each. */
export function leftOutFor(behind: readonly NotFollowed[], audiences: readonly number[]): number[] {
  if (behind.length === 0) return [];
  const allowed = new Set(audiences);
  const hidden = behind.filter(({ audience }) => !allowed.has(audience));
  return [...new Set(hidden.flatMap(({ positions }) => positions.map(Number)))].sort((one, other) => one - other);
}
