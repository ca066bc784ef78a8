import type { EntityRef } from '#events';
import type { EventLog } from '#event-log';
import { entityId } from '#identifiers';
import type { Entity } from '../reading/entity.js';
import type { Reader } from '../reading/fetch.js';
import { keyOfOrigin, type Origins } from './origins.js';
import { STATING, subjectsOf } from './stating.js';

/**
 * What only the log knows of a source: which events name it, and what rests on them. Rights are held against each event here
 * already, by the marking in force, so that nothing is looked for in the graph on account of what the viewer may not see; the
 * graph then decides once more, statement by statement.
 */

/** An event that states something of an entity; one that states something of several comes once for each. */
export interface SaidInLog {
  position: number;
  stream: string;
  subject: Entity;
}

/** One assertion that rests on another record directly. */
export interface Edge {
  basis: string;
  derived: string;
}

/** On whose behalf, and for how long. */
export type By = Pick<Reader, 'sight' | 'outOfTime'>;

export interface LogOfSources {
  /** The newest first. */
  ofOrigin(origin: string, by: By, most: number): Promise<SaidInLog[]>;
  ofStreams(streams: readonly string[], by: By): Promise<SaidInLog[]>;
  /** What rests on any of them, on what rests on them, and so on, as far as the viewer may see each step. */
  restingOn(streams: readonly string[], by: By, most: number): Promise<Edge[]>;
}

const OF_ORIGIN = `
  SELECT o.position, e.stream, e.body
  FROM log_origins o,
    LATERAL (SELECT l.seq FROM log_positions l WHERE l.position = o.position OFFSET 0) AS l,
    LATERAL (SELECT v.stream, v.body, v.audience FROM events v WHERE v.seq = l.seq OFFSET 0) AS e
  WHERE o.origin = $1::uuid AND o.position <= $2
    AND coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = e.stream), e.audience) = ANY ($3::bigint[])
  ORDER BY o.position DESC LIMIT $4`;

const OF_STREAMS = `
  SELECT l.position, e.stream, e.body
  FROM unnest($1::text[]) AS asked (stream),
    LATERAL (
      SELECT v.seq, v.stream, v.body, v.audience FROM events v
      WHERE v.stream = asked.stream AND v.type = ANY ($4::text[]) OFFSET 0
    ) AS e,
    LATERAL (SELECT p.position FROM log_positions p WHERE p.seq = e.seq OFFSET 0) AS l
  WHERE l.position <= $2
    AND coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = e.stream), e.audience) = ANY ($3::bigint[])`;

const RESTING_ON = `
  WITH RECURSIVE resting (basis, derived) AS (
    SELECT b.basis_stream, b.derived_stream
    FROM unnest($1::text[]) AS asked (stream),
      LATERAL (SELECT * FROM assertion_basis a WHERE a.basis_stream = asked.stream OFFSET 0) AS b,
      LATERAL (SELECT e.audience FROM events e WHERE e.stream = b.derived_stream AND e.stream_version = 1 OFFSET 0) AS said
    WHERE coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = b.derived_stream), said.audience) = ANY ($2::bigint[])
    UNION
    SELECT b.basis_stream, b.derived_stream
    FROM resting r,
      LATERAL (SELECT * FROM assertion_basis a WHERE a.basis_stream = r.derived OFFSET 0) AS b,
      LATERAL (SELECT e.audience FROM events e WHERE e.stream = b.derived_stream AND e.stream_version = 1 OFFSET 0) AS said
    WHERE coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = b.derived_stream), said.audience) = ANY ($2::bigint[])
  )
  SELECT basis, derived FROM resting LIMIT $3`;

interface Row {
  position: string | number;
  stream: string;
  body: string;
}

export function logOfSources(
  log: Pick<EventLog, 'query' | 'decode'>,
  origins: Pick<Origins, 'holdsUpTo'>,
  idKey: Uint8Array,
): LogOfSources {
  const saidIn = async (rows: readonly Row[]): Promise<SaidInLog[]> => {
    const decoded = await log.decode(rows);
    return rows.flatMap(({ position, stream }, at): SaidInLog[] => {
      const one = decoded[at];
      // What cannot be read stands in no graph either: it is parked.
      if (one === undefined || !('event' in one)) return [];
      return subjectsOf(one.event).map((subject) => ({
        position: Number(position),
        stream,
        subject: entityNamed(idKey, subject),
      }));
    });
  };
  return {
    ofOrigin: async (origin, { sight: { audiences, position }, outOfTime }, most) => {
      await origins.holdsUpTo(position, outOfTime);
      return saidIn(await log.query<Row>(OF_ORIGIN, [keyOfOrigin(origin), position, audiences, most]));
    },
    ofStreams: async (streams, { sight: { audiences, position } }) =>
      streams.length === 0 ? [] : saidIn(await log.query<Row>(OF_STREAMS, [streams, position, audiences, STATING])),
    restingOn: async (streams, { sight: { audiences } }, most) =>
      streams.length === 0 ? [] : log.query<Edge>(RESTING_ON, [streams, audiences, most]),
  };
}

function entityNamed(idKey: Uint8Array, { kind, key }: EntityRef): Entity {
  return { id: entityId(idKey, kind, key), kind, key };
}
