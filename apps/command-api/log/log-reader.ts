import type { EventLog } from '#event-log';
import { recordActs, type Audiences, type Viewer } from '#access';
import { Problem } from '#runtime';
import { shownEvent, type ShownEvent } from './shown-event.js';

/** Who reads, and for what. */
export interface Reader {
  viewer: Viewer;
  purpose: string;
}

export interface Page {
  /** Id of the last event already read. An event id and no position: positions count everything, also what is hidden. */
  after?: string;
  limit: number;
}

export interface LogPage {
  events: ShownEvent[];
  /** Whether more follows after the last event. */
  truncated: boolean;
}

interface Row {
  id: string;
  stream: string;
  type: string;
  body: string;
  originator: string | null;
  total: string;
}

/** Most bytes of bodies in one answer: an event may have 900 KB, and a page of such would not fit into anybody's memory. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** Whose it is: what others said is disclosed to whoever reads it. */
const ORIGINATOR = `(SELECT marking ->> 'originator' FROM markings m WHERE m.audience = events.audience) AS originator`;
/** Who may see a row of `events`: decided by the marking that its stream carries now, not by the one it was said with. */
const AUDIENCE_NOW = `coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = events.stream), events.audience)`;

const STREAM = `
  SELECT id, stream, type, body, ${ORIGINATOR}, sum(octet_length(body)) OVER (ORDER BY stream_version) AS total
    FROM events
   WHERE stream = $1 AND ${AUDIENCE_NOW} = ANY ($2::bigint[])
     AND ($3::uuid IS NULL OR stream_version > (
       SELECT stream_version FROM events WHERE id = $3 AND stream = $1 AND ${AUDIENCE_NOW} = ANY ($2::bigint[])))
   ORDER BY stream_version LIMIT $4`;

const EVENT = `
  SELECT id, stream, type, body, ${ORIGINATOR}, 0 AS total
    FROM events
   WHERE id = $1 AND ${AUDIENCE_NOW} = ANY ($2::bigint[])`;

const TAIL_AFTER = `
  SELECT id, stream, type, body, ${ORIGINATOR}, sum(octet_length(body)) OVER (ORDER BY position) AS total
    FROM log_positions JOIN events USING (seq)
   WHERE ${AUDIENCE_NOW} = ANY ($1::bigint[])
     AND position > (
       SELECT position FROM log_positions JOIN events USING (seq) WHERE id = $2 AND ${AUDIENCE_NOW} = ANY ($1::bigint[]))
   ORDER BY position LIMIT $3`;

const NEWEST = `
  SELECT id, stream, type, body, ${ORIGINATOR}, sum(octet_length(body)) OVER (ORDER BY position DESC) AS total
    FROM log_positions JOIN events USING (seq)
   WHERE ${AUDIENCE_NOW} = ANY ($1::bigint[])
   ORDER BY position DESC LIMIT $2`;

const VISIBLE = `SELECT 1 FROM events WHERE id = $1 AND ${AUDIENCE_NOW} = ANY ($2::bigint[])`;

/**
 * Reads the log for people. Filtered by audience inside the statement and before the page is cut, so that neither a short page
 * nor a count tells of hidden events; every reading is in the audit before its answer leaves.
 */
export class LogReader {
  constructor(
    private readonly log: EventLog,
    private readonly audiences: Audiences,
  ) {}

  /** Events of one stream in order. @throws `not-found` where nothing of it may be seen */
  async stream(reader: Reader, stream: string, { after, limit }: Page): Promise<LogPage> {
    const audiences = await this.audiences.allowedAudiences(reader.viewer);
    const rows = await this.log.query<Row>(STREAM, [stream, audiences, after ?? null, limit + 1]);
    const isThere = rows.length > 0 || (after !== undefined && (await this.isVisible(after, audiences)));
    return this.answer(reader, { reason: 'log.stream', asked: stream, rows, limit, isThere });
  }

  /** One event. @throws `not-found` */
  async event(reader: Reader, id: string): Promise<ShownEvent> {
    const audiences = await this.audiences.allowedAudiences(reader.viewer);
    const rows = await this.log.query<Row>(EVENT, [id, audiences]);
    const isThere = rows.length > 0;
    const { events } = await this.answer(reader, { reason: 'log.event', asked: id, rows, limit: 1, isThere });
    const [event] = events;
    if (event === undefined) throw notFound();
    return event;
  }

  /** The newest events in log order, or those that follow one. @throws `not-found` where the event named may not be seen */
  async tail(reader: Reader, { after, limit }: Page): Promise<LogPage> {
    const audiences = await this.audiences.allowedAudiences(reader.viewer);
    if (after === undefined) {
      const newest = await this.log.query<Row>(NEWEST, [audiences, limit]);
      const rows = newest.filter(fitsPage).reverse();
      return this.answer(reader, { reason: 'log.tail', asked: 'newest', rows, limit, isThere: true });
    }
    const rows = await this.log.query<Row>(TAIL_AFTER, [audiences, after, limit + 1]);
    const isThere = rows.length > 0 || (await this.isVisible(after, audiences));
    return this.answer(reader, { reason: 'log.tail', asked: after, rows, limit, isThere });
  }

  private async isVisible(id: string, audiences: readonly number[]): Promise<boolean> {
    return (await this.log.query(VISIBLE, [id, audiences])).length > 0;
  }

  private async answer(
    { viewer, purpose }: Reader,
    found: { reason: string; asked: string; rows: readonly Row[]; limit: number; isThere: boolean },
  ): Promise<LogPage> {
    const shown = found.rows.slice(0, found.limit).filter(fitsPage);
    const decoded = await this.log.decode(shown);
    const events = shown.map((row, place) => shownEvent(row, decoded[place] ?? { fault: 'not decoded' }));
    const ids = found.isThere ? shown.map(({ id }) => id) : [found.asked];
    const entry = { viewer, purpose, reason: found.reason };
    const ofOthers = shown.filter(({ originator }) => originator !== viewer.organisation).map(({ stream }) => stream);
    await recordActs(this.log, [
      { ...entry, act: 'consultation', ids },
      ...(ofOthers.length === 0
        ? []
        : [{ ...entry, act: 'disclosure' as const, ids: [...new Set(ofOthers)], recipients: [viewer.organisation] }]),
    ]);
    if (!found.isThere) throw notFound();
    return { events, truncated: found.rows.length > shown.length };
  }
}

/** The first one always: a page without progress would be asked for again for ever. */
function fitsPage(row: Row, place: number): boolean {
  return place === 0 || Number(row.total) <= PAGE_BYTES;
}

function notFound(): Problem {
  return new Problem('NotFound', 'not-found', 'there is nothing here that this viewer may see');
}
