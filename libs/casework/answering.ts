import type { PlatformAnswer, ReferralEvent } from '#events';
import type { LogReads, StreamWrite } from '#event-log';
import type { CaseAct } from './case-act.js';
import type { ReferredPlace } from './case-requests.js';
import { decide } from './referral/decide.js';
import { referralFrom, evolve } from './referral/evolve.js';
import { referralStream, type ReferralHistory, type ReferralState } from './referral/referral-state.js';
import { ownTrace, referralWrite } from './referral/referral-write.js';

/** What the platform said of one item of one referral. */
export interface SaidOfItem extends ReferredPlace {
  said: PlatformAnswer;
}

/**
 * The platform's words in the records of those who asked: one write for each referral, its events under the referral's own
 * marking and a trace of its own, so that two agencies cannot find out that they were answered by one act. The caller holds
 * the locks of the items, and calls this once for all that one append answers.
 * @throws Refusal where a referral does not stand so that this can be said of it
 */
export async function answerReferrals(
  read: Pick<LogReads, 'readStreams'>,
  answers: readonly SaidOfItem[],
  act: CaseAct,
): Promise<StreamWrite[]> {
  const byReferral = new Map<string, SaidOfItem[]>();
  for (const answer of answers) {
    const known = byReferral.get(answer.referral);
    if (known === undefined) byReferral.set(answer.referral, [answer]);
    else known.push(answer);
  }
  if (byReferral.size === 0) return [];
  const histories = await read.readStreams([...byReferral.keys()].map(referralStream));
  return [...byReferral].map(([referral, said]) => {
    const state = referralFrom(histories.get(referralStream(referral)) ?? []);
    return ownTrace(referralWrite(state, referral, decided(state, said, act), act).write, act.newId);
  });
}

/** Each word is judged on what the ones before it led to. */
function decided(state: ReferralState, answers: readonly SaidOfItem[], act: CaseAct): ReferralEvent[] {
  let next = state;
  return answers.flatMap(({ item, said }) => {
    const bodies = decide(next, { type: 'answer', now: act.now, item, said });
    for (const body of bodies) next = evolve(next, { body, id: '', streamVersion: 0 } as ReferralHistory);
    return bodies;
  });
}
