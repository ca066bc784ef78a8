import type { LogReads } from '#event-log';
import { Problem } from '#runtime';

/** Keeps the checks of one organisation one after the other, so that they are counted and compared as they stand. */
export function checksLock(organisation: string): string {
  return `deconfliction-checks\n${organisation}`;
}

const LATELY = `
  SELECT count(*)::int AS count,
         coalesce(extract(epoch FROM min(check_requested_at) + interval '1 hour' - clock_timestamp()), 0)::float8 AS "againIn"
    FROM referrals WHERE organisation = $1 AND check_requested_at > clock_timestamp() - interval '1 hour'`;

/** @throws Problem `deconfliction.too-many` with the time after which the next check can be asked for */
export async function refuseTooMany(
  read: Pick<LogReads, 'query'>,
  organisation: string,
  perHour: number,
): Promise<void> {
  const [lately] = await read.query<{ count: number; againIn: number }>(LATELY, [organisation]);
  if (lately === undefined || lately.count < perHour) return;
  throw new Problem(
    'RateLimited',
    'deconfliction.too-many',
    `At most ${perHour} checks an hour by one organisation. A threat to life passes by override.`,
    { headers: { 'retry-after': String(Math.max(1, Math.ceil(lately.againIn))) } },
  );
}
