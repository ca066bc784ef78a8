import { decide, referralWrite } from '#casework';
import { refuseTooMany } from './checks-lately.js';
import { missingFrom } from './missing.js';
import { outwardDecision } from './outward-decision.js';
import { refuseDuplicates } from './own-duplicates.js';
import type { Stepped, Stepping } from './step.js';

/**
 * Puts a referral to the check. Nobody's interests are looked at yet, so its answer cannot tell of any: they are when the
 * window ends, by the timekeeper.
 */
export async function requestCheck(stepping: Stepping, audiences: readonly number[]): Promise<Stepped> {
  const { read, viewer, locked, act, settings } = stepping;
  const { state, now } = locked;
  const { windowSeconds, checksPerHour } = settings;
  await refuseTooMany(read, viewer.organisation, checksPerHour);
  const [missing, decision] = [
    await missingFrom(read, state, now, windowSeconds),
    await outwardDecision(read, viewer, state, now),
  ];
  const until = new Date(now.getTime() + windowSeconds * 1000);
  const bodies = decide(state, { type: 'request-check', now, until, missing, decision });
  await refuseDuplicates(stepping, audiences);
  const { write, state: next } = referralWrite(state, state.referral, bodies, act);
  return { state: next, writes: [write] };
}
