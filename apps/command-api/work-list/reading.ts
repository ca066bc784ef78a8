import type { Viewer } from '#access';
import type { LogReads } from '#event-log';
import { delegatorsOf } from './decider.js';
import type { WorkKind } from './work-items.js';

export interface WorkItem {
  kind: WorkKind;
  /** Permission, release or disclosure that it is about. */
  about: string;
  openedAt: string;
  dueAt: string;
  overdue: boolean;
  /** Since when others have been told that it is overdue. */
  escalatedAt: string | null;
  /** False for what is the caller's own and needs another pair of eyes. */
  mayDecide: boolean;
}

export interface WorkPage {
  items: WorkItem[];
  truncated: boolean;
  /** In whose stead the caller decides; absent for an authoriser. */
  insteadOf?: string;
}

/** What was due first comes first, so what is overdue stands at the top. A hold that has ended is no work any more. */
const ITEMS = `
  SELECT kind, about, opened_at AS "openedAt", due_at AS "dueAt", due_at <= $4::timestamptz AS overdue,
         escalated_at AS "escalatedAt", NOT ($3 = ANY (not_for)) AS "mayDecide"
    FROM work_items
   WHERE organisation = $1 AND closed_at IS NULL AND audience = ANY ($2::bigint[])
     AND NOT (kind = 'hold' AND due_at <= $4::timestamptz)
     AND ($5::text IS NULL OR (due_at, about, kind) > (
       SELECT w.due_at, w.about, w.kind FROM work_items w
        WHERE w.about = $6::uuid AND w.kind = $5 AND w.organisation = $1 AND w.audience = ANY ($2::bigint[])))
   ORDER BY due_at, about, kind LIMIT $7`;

export interface WorkAsked {
  limit: number;
  after?: { kind: string; about: string };
}

/** What waits for the authorisers of the caller's organisation, as far as the caller may know of it. */
export async function workOf(
  read: Pick<LogReads, 'query'>,
  viewer: Viewer,
  audiences: readonly number[],
  { limit, after }: WorkAsked,
  now: Date,
): Promise<WorkPage> {
  const [insteadOf] = viewer.roles.includes('authoriser') ? [] : await delegatorsOf(read, viewer, now);
  // Nothing waits for who neither is an authoriser nor stands in for one.
  if (!viewer.roles.includes('authoriser') && insteadOf === undefined) return { items: [], truncated: false };
  const rows = await read.query<WorkItem>(ITEMS, [
    viewer.organisation,
    audiences,
    viewer.subject,
    now.toISOString(),
    after?.kind ?? null,
    after?.about ?? null,
    limit + 1,
  ]);
  return {
    items: rows.slice(0, limit),
    truncated: rows.length > limit,
    ...(insteadOf === undefined ? {} : { insteadOf }),
  };
}

export interface Notice {
  notice: string;
  kind: string;
  about: string;
  details: object;
  at: string;
}

/** For the organisation, in one of the caller's roles; what concerns marked intelligence only for those who may see some of it. */
const NOTICES = `
  SELECT notice, kind, about, details, at FROM notices
   WHERE organisation = $1 AND roles && $2::text[] AND (audiences IS NULL OR audiences && $3::bigint[])
     AND ($4::uuid IS NULL OR (at, notice) < (SELECT n.at, n.notice FROM notices n WHERE n.notice = $4 AND n.organisation = $1
       AND n.roles && $2::text[] AND (n.audiences IS NULL OR n.audiences && $3::bigint[])))
   ORDER BY at DESC, notice DESC LIMIT $5`;

/** Newest first. */
export async function noticesFor(
  read: Pick<LogReads, 'query'>,
  { organisation, roles }: Viewer,
  audiences: readonly number[],
  { limit, after }: { limit: number; after?: string },
): Promise<{ notices: Notice[]; truncated: boolean }> {
  const rows = await read.query<Notice>(NOTICES, [organisation, roles, audiences, after ?? null, limit + 1]);
  return { notices: rows.slice(0, limit), truncated: rows.length > limit };
}
