import { decide, recordChecks, submitReferral, touchedBy } from '#casework';
import { newId } from '#runtime';
import { missingFrom } from './missing.js';
import { outwardDecision } from './outward-decision.js';
import { refuseDuplicates } from './own-duplicates.js';
import type { Stepped, Stepping } from './step.js';

/**
 * Lets a referral leave by a person's decision: one that was cleared and did not leave by itself, or, with a reason, past the
 * check. Owners of interests are told of an override like of any check; its answer is the same whether there are any.
 */
export async function leave(
  stepping: Stepping,
  override?: { reason: string; audiences: readonly number[] },
): Promise<Stepped> {
  const { read, viewer, locked, act } = stepping;
  const { state, now, entities, entityIdOf } = locked;
  // What cannot leave as it stands says so before anybody weighs whether it might.
  if (override === undefined) decide(state, { type: 'submit', now });
  const decision = await outwardDecision(read, viewer, state, now);
  if (override === undefined) {
    const { writes, state: next } = await submitReferral(read, state, { act, entityIdOf });
    return { state: next, writes };
  }
  const missing = await missingFrom(read, state, now, 0);
  const before = decide(state, { type: 'override', now, reason: override.reason, missing, decision });
  await refuseDuplicates(stepping, override.audiences);
  const touched = await touchedBy(read, state.organisation, entities);
  const { writes, state: next } = await submitReferral(read, state, { before, act, entityIdOf });
  const { referral } = state;
  return { state: next, writes, alsoWrite: (write) => recordChecks(write, { referral, touched, newId }) };
}
