import { maySee, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import type { Marking } from '#events';
import { assertionFrom, type KnownAssertion } from '../assertions/assertion-state.js';
import { streamOf } from '../assertions/made-together.js';

/** Assertions read by one call, as their streams are read whole. */
export const MOST_READ = 200;
/** Log positions looked through at a time, on the way to the next assertion of one's own. */
const WINDOW = 20_000;
/** Windows of one call: the log of all is long, and a transaction has its time. */
const MOST_WINDOWS = 50;

/** Decided by the marking in force: what the caller may not see is not even counted. */
const OWN = `
  SELECT l.position::float8 AS position, e.id
    FROM log_positions l,
      LATERAL (SELECT v.id, v.stream, v.type, v.audience FROM events v WHERE v.seq = l.seq OFFSET 0) AS e
   WHERE l.position > $1 AND l.position <= $2 AND e.type = 'assertion.made'
     AND coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = e.stream), e.audience) = ANY ($3::bigint[])
   ORDER BY l.position LIMIT $4`;

const OWN_MARKINGS = `SELECT audience, marking FROM markings WHERE marking ->> 'originator' = $1`;

const HEAD = 'SELECT head FROM log_sequenced';

export interface OwnAssertion {
  id: string;
  /** Place in the log, which no answer may tell. */
  position: number;
}

export interface OwnPage {
  assertions: OwnAssertion[];
  /** Where the next page begins; absent at the end of the log. */
  next?: number;
}

/** What the caller's organisation said after a place in the log, in its order, as far as the caller may see it. */
export async function ownAssertions(read: LogReads, viewer: Viewer, after: number): Promise<OwnPage> {
  const markings = await read.query<{ audience: string; marking: Marking }>(OWN_MARKINGS, [viewer.organisation]);
  const audiences = markings.flatMap(({ audience, marking }) => (maySee(viewer, marking).see ? Number(audience) : []));
  const [{ head } = { head: 0 }] = await read.query<{ head: number }>(HEAD, []);
  const assertions: OwnAssertion[] = [];
  let place = after;
  for (let windows = 0; windows < MOST_WINDOWS && place < head; windows += 1) {
    const most = MOST_READ - assertions.length;
    const upTo = Math.min(head, place + WINDOW);
    const rows = await read.query<OwnAssertion>(OWN, [place, upTo, audiences, most]);
    assertions.push(...rows);
    place = rows.length === most ? rows.at(-1)!.position : upTo;
    if (assertions.length === MOST_READ) break;
  }
  return { assertions, ...(place < head ? { next: place } : {}) };
}

/** What they say now; none that was withdrawn, or taken from the caller's sight, since they were found. */
export async function standing(read: LogReads, viewer: Viewer, ids: readonly string[]): Promise<KnownAssertion[]> {
  const histories = await read.readStreams(ids.map(streamOf));
  return ids.flatMap((id) => {
    const state = assertionFrom(histories.get(streamOf(id)) ?? []);
    return state.status === 'standing' && maySee(viewer, state.marking).see ? state : [];
  });
}
