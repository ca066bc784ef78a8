import type { PlatformAnswer } from '#events';
import type { LogReads, StreamWrite } from '#event-log';
import type { CaseAct } from './case-act.js';
import type { ReferredPlace } from './case-requests.js';

/** What the platform said of one item of one referral. */
export interface SaidOfItem extends ReferredPlace {
  said: PlatformAnswer;
}

/**
 * The platform's words in the records of those who asked: one write for each referral, its events under the referral's own
 * marking and a trace of its own, so that two agencies cannot find out that they were answered by one act. The caller holds
 * the locks of the items.
 * @throws CaseRefusal where a referral does not stand so that this can be said of it
 */
export async function answerReferrals(
  _read: Pick<LogReads, 'readStreams'>,
  _answers: readonly SaidOfItem[],
  _act: CaseAct,
): Promise<StreamWrite[]> {
  return [];
}
