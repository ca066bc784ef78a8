import type { LogReads, StreamWrite } from '#event-log';
import type { CaseAct } from './case-act.js';
import type { KnownReferral } from './referral/referral-state.js';

/**
 * Puts a cleared referral before its platform: the referral's own events and those of the platform's record, for one append.
 * The caller holds the locks of all its items ({@link itemLock}), taken before it read the referral.
 */
export async function submitReferral(
  _read: Pick<LogReads, 'query' | 'readStreams'>,
  _state: KnownReferral,
  _act: CaseAct,
): Promise<StreamWrite[]> {
  return [];
}
