import type { EventLog, LoggedRow } from '#event-log';
import type { RecordSource } from '#kafka';
import type { IdOf } from './projections/entity-ids.js';
import type { GraphStore } from './writing/graph-store.js';

/** What the projection asks of the log. */
export type ProjectorLog = Pick<EventLog, 'readPositions' | 'decode' | 'positions' | 'incarnation' | 'topics'> & {
  /** Events of one stream that have a position, undecoded, in version order: a parked stream may hold what cannot be read. */
  readStreamRows(stream: string): Promise<LoggedRow[]>;
};

/** The stores and the secret that a projection works with. */
export interface Stores {
  log: ProjectorLog;
  graph: GraphStore;
  idOf: IdOf;
}

const STREAM_ROWS = `
  SELECT p.position, s.incarnation, e.stream, e.stream_version AS "streamVersion", e.id, e.topic, e.type, e.body,
    p.given_at AS "givenAt"
  FROM events e JOIN log_positions p ON p.seq = e.seq CROSS JOIN log_state s
  WHERE e.stream = $1 ORDER BY e.stream_version`;

export function projectorLog(log: EventLog): ProjectorLog {
  return {
    readPositions: (range) => log.readPositions(range),
    decode: (rows) => log.decode(rows),
    positions: log.positions,
    incarnation: () => log.incarnation(),
    topics: () => log.topics(),
    readStreamRows: (stream) => log.query<LoggedRow>(STREAM_ROWS, [stream]),
  };
}

/** Where records come from; nothing while Kafka does not answer, and the log alone is read then. */
export type Source = () => Pick<RecordSource, 'take' | 'commit' | 'ends'> | undefined;
