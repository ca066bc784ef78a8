import type { KnownReferral } from '#casework';
import type { LogWrites } from '#event-log';
import { audienceOf } from '#events';

const TELL = `
  INSERT INTO notices (organisation, roles, kind, about, details, audiences)
  VALUES ($1, $2, $3, $4, $5, ARRAY[$6::bigint])
  ON CONFLICT (organisation, kind, about) DO NOTHING`;

/** A referral is held, or was cleared and did not leave by itself: its agency has to know, and to do something. */
export async function tellStandstill(write: LogWrites, state: KnownReferral): Promise<void> {
  const { referral, organisation, status, hold, marking } = state;
  const details = status === 'held' ? { referral, ...hold } : { referral, submit: `/v1/referrals/${referral}/submit` };
  await write.query(TELL, [
    organisation,
    ['referrer', 'authoriser'],
    `referral.${status}`,
    referral,
    JSON.stringify(details),
    audienceOf(marking),
  ]);
}
