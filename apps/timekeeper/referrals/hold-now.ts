import type { KnownReferral } from '#casework';
import type { LogReads } from '#event-log';

/** Whether a held referral may go, and by what; or until when it is held now, where that is another time than was said. */
export interface HoldNow {
  by?: 'hold-released' | 'hold-expired';
  until?: Date;
}

const HOLDS = `
  SELECT count(*) FILTER (WHERE ended_at IS NULL)::int AS open, max(until) FILTER (WHERE ended_at IS NULL) AS until
    FROM interest_checks WHERE referral = $1 AND holds`;

/** As long as one owner keeps it back it is held, until the latest of their times. */
export async function holdNow(
  read: Pick<LogReads, 'query'>,
  { referral, hold }: KnownReferral,
  now: Date,
): Promise<HoldNow> {
  const [row] = await read.query<{ open: number; until: string | null }>(HOLDS, [referral]);
  if (row === undefined || row.open === 0 || row.until === null) return { by: 'hold-released' };
  const until = new Date(`${row.until.slice(0, 23)}Z`);
  if (until.toISOString() !== hold?.until && until > now) return { until };
  return until > now || Date.parse(hold?.until ?? '') > now.getTime() ? {} : { by: 'hold-expired' };
}
