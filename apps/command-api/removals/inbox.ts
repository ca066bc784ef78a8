import type { Viewer } from '#access';
import { OPEN_STATUSES, PRIORITIES, removalStates, type KnownRemoval, type RemovalState } from '#casework';
import type { LogReads } from '#event-log';
import type { ItemKind } from '#events';
import type { SealedCursors } from '../sealed-cursor.js';
import { caseView } from './visible-case.js';

/** What waits for the platform: filters go together, each narrows. */
export interface InboxFilters {
  state?: (typeof OPEN_STATUSES)[number];
  kind?: ItemKind;
  priority?: (typeof PRIORITIES)[number];
  theme?: string;
  instrument?: string;
  /** Agency that asks. */
  organisation?: string;
  /** Due before this time (ISO 8601, UTC); the time itself is too late. */
  dueBefore?: string;
}

export interface RemovalFilters {
  state?: RemovalState['status'];
  kind?: ItemKind;
  result?: string;
  effect?: string;
  appeal?: string;
  /** Bulk call that it was pushed in. */
  batch?: string;
}

export interface Page {
  limit: number;
  after?: string;
}

export interface RemovalPage {
  removals: object[];
  truncated: boolean;
  /** For the next page. */
  after?: string;
}

/** A life first, then one-hour orders, then what is due and what has waited longest. */
const INBOX = `
  SELECT r.removal, r.priority AS a, r.due_at::text AS b, r.received_at::text AS c
    FROM removals r
   WHERE r.platform = $1 AND r.state IN ('requested', 'acknowledged', 'needs-information')
     AND ($2::text IS NULL OR r.state = $2) AND ($3::text IS NULL OR r.item_kind = $3)
     AND ($4::smallint IS NULL OR r.priority = $4) AND ($5::timestamptz IS NULL OR r.due_at < $5)
     AND (($6::text IS NULL AND $7::text IS NULL AND $8::uuid IS NULL) OR EXISTS (
       SELECT FROM removal_requests q WHERE q.removal = r.removal AND q.standing
          AND ($6::text IS NULL OR q.theme = $6) AND ($7::text IS NULL OR q.instrument = $7)
          AND ($8::uuid IS NULL OR q.organisation = $8)))
     AND ($9::smallint IS NULL
       OR (r.priority, r.due_at, r.received_at, r.removal) > ($9, $10::timestamptz, $11::timestamptz, $12::uuid))
   ORDER BY r.priority, r.due_at, r.received_at, r.removal LIMIT $13`;

/** Everything that the platform has, newest first. */
const REMOVALS = `
  SELECT r.removal, 0 AS a, '' AS b, r.received_at::text AS c
    FROM removals r
   WHERE r.platform = $1 AND ($2::text IS NULL OR r.state = $2) AND ($3::text IS NULL OR r.item_kind = $3)
     AND ($4::text IS NULL OR r.result = $4) AND ($5::text IS NULL OR r.effect = $5)
     AND ($6::text IS NULL OR r.appeal = $6) AND ($7::uuid IS NULL OR r.batch = $7)
     AND ($8::timestamptz IS NULL OR (r.received_at, r.removal) < ($8, $9::uuid))
   ORDER BY r.received_at DESC, r.removal DESC LIMIT $10`;

interface Row {
  removal: string;
  a: number;
  b: string;
  c: string;
}

type Reads = Pick<LogReads, 'query' | 'readStreams'>;

export async function inboxOf(
  read: Reads,
  viewer: Viewer,
  { limit, after, ...filters }: InboxFilters & Page,
  cursors: SealedCursors,
): Promise<RemovalPage> {
  const bound = { list: 'inbox', viewer, filters };
  const [a = null, b = null, c = null, removal = null] = after === undefined ? [] : cursors.open(bound, after);
  const { state, kind, priority, dueBefore, theme, instrument, organisation } = filters;
  const rows = await read.query<Row>(INBOX, [
    viewer.organisation,
    state ?? null,
    kind ?? null,
    priority === undefined ? null : PRIORITIES.indexOf(priority),
    dueBefore ?? null,
    theme ?? null,
    instrument ?? null,
    organisation ?? null,
    a,
    b,
    c,
    removal,
    limit + 1,
  ]);
  return pageOf(read, rows, limit, (last) => cursors.seal(bound, [last.a, last.b, last.c, last.removal]));
}

export async function removalsOf(
  read: Reads,
  viewer: Viewer,
  { limit, after, ...filters }: RemovalFilters & Page,
  cursors: SealedCursors,
): Promise<RemovalPage> {
  const bound = { list: 'removals', viewer, filters };
  const [c = null, removal = null] = after === undefined ? [] : cursors.open(bound, after);
  const { state, kind, result, effect, appeal, batch } = filters;
  const rows = await read.query<Row>(REMOVALS, [
    viewer.organisation,
    state ?? null,
    kind ?? null,
    result ?? null,
    effect ?? null,
    appeal ?? null,
    batch ?? null,
    c,
    removal,
    limit + 1,
  ]);
  return pageOf(read, rows, limit, (last) => cursors.seal(bound, [last.c, last.removal]));
}

async function pageOf(
  read: Reads,
  rows: readonly Row[],
  limit: number,
  seal: (last: Row) => string,
): Promise<RemovalPage> {
  const shown = rows.slice(0, limit);
  const states = await removalStates(
    read,
    shown.map(({ removal }) => removal),
  );
  const last = shown.at(-1);
  return {
    removals: shown.map(({ removal }) => caseView(states.get(removal) as KnownRemoval)),
    truncated: rows.length > limit,
    ...(rows.length > limit && last !== undefined ? { after: seal(last) } : {}),
  };
}
