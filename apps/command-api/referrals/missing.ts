import type { Fault } from '#events';
import { qualityFaults, type KnownReferral } from '#casework';
import type { LogReads } from '#event-log';

/** What a referral lacks before it can leave, if it left when a window of so many seconds from now has passed. */
export async function missingFrom(
  read: Pick<LogReads, 'query'>,
  { content, basis, grading, organisation }: KnownReferral,
  now: Date,
  windowSeconds: number,
): Promise<Fault[]> {
  const [row] = await read.query<{ ordered: boolean }>(
    `SELECT EXISTS (SELECT FROM referrals
       WHERE organisation = $1 AND platform = $2 AND instrument = $3 AND submitted_at IS NOT NULL) AS ordered`,
    [organisation, content.platform, content.instrument],
  );
  return qualityFaults({
    content,
    basis,
    ...(grading === undefined ? {} : { grading }),
    now,
    leavesAt: new Date(now.getTime() + windowSeconds * 1000),
    isFirstOrder: row?.ordered !== true,
  });
}
