import type { Viewer } from '#access';
import type { LogReads } from '#event-log';
import type { ReferralStatus } from '#casework';
import type { CursorBinding, SealedCursors } from '../sealed-cursor.js';

export interface ListedReferral {
  referral: string;
  state: ReferralStatus;
  platform: string;
  instrument: string;
  theme: string;
  urgency: string;
  reference: string | null;
  draftedAt: string;
  submittedAt: string | null;
  /** The next deadline of an item; null where none runs. */
  dueAt: string | null;
  items: number;
  /** Items that have their outcome. */
  decided: number;
  /** Items whose deadline has passed. */
  breached: number;
}

export interface ReferralPage {
  referrals: ListedReferral[];
  truncated: boolean;
  /** Where the next page begins; sealed. */
  after?: string;
}

export interface ReferralFilters {
  state?: readonly string[];
  platform?: string;
  theme?: string;
  reference?: string;
  entity?: string;
}

type Row = ListedReferral & { priority: number; due: string };

/** A life first, then the shortest clock; filtered by what the caller may see before it is cut. */
const LIST = `
  SELECT r.referral, r.state, r.platform, r.instrument, r.theme, r.urgency, r.reference, r.drafted_at AS "draftedAt",
         r.submitted_at AS "submittedAt", nullif(r.due_at, 'infinity') AS "dueAt", r.priority, r.due_at::text AS due,
         i.items, i.decided, i.breached
    FROM referrals r, LATERAL (
      SELECT count(*)::int AS items, count(decided_at)::int AS decided, count(breached_at)::int AS breached
        FROM referral_items c WHERE c.referral = r.referral
    ) AS i
   WHERE r.organisation = $1 AND r.audience = ANY ($2::bigint[])
     AND ($3::text[] IS NULL OR r.state = ANY ($3)) AND ($4::uuid IS NULL OR r.platform = $4)
     AND ($5::text IS NULL OR r.theme = $5) AND ($6::text IS NULL OR r.reference = $6)
     AND ($7::text IS NULL OR EXISTS (SELECT FROM referral_items e WHERE e.referral = r.referral AND e.entity = $7))
     AND ($8::smallint IS NULL OR (r.priority, r.due_at, r.drafted_at, r.referral) > ($8, $9::timestamptz, $10::timestamptz, $11::uuid))
   ORDER BY r.priority, r.due_at, r.drafted_at, r.referral LIMIT $12`;

export async function referralsOf(
  read: Pick<LogReads, 'query'>,
  cursors: SealedCursors,
  viewer: Viewer,
  audiences: readonly number[],
  asked: { filters: ReferralFilters; limit: number; after?: string },
): Promise<ReferralPage> {
  const { filters, limit, after } = asked;
  const bound: CursorBinding = { list: 'referrals', viewer, filters };
  const place = after === undefined ? [null, null, null, null] : cursors.open(bound, after);
  const rows = await read.query<Row>(LIST, [
    viewer.organisation,
    audiences,
    filters.state ?? null,
    filters.platform ?? null,
    filters.theme ?? null,
    filters.reference ?? null,
    filters.entity ?? null,
    ...place,
    limit + 1,
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const truncated = rows.length > limit && last !== undefined;
  return {
    referrals: page.map(({ priority: _, due: __, ...row }) => row),
    truncated,
    ...(truncated ? { after: cursors.seal(bound, [last.priority, last.due, last.draftedAt, last.referral]) } : {}),
  };
}
