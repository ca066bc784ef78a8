import { bodyOf, Refusal, refusedFor, type RecallAnswer, type SubscriptionEvent } from '#events';
import { unknownSubscription } from '../subscription/decide.js';
import type { SubscriptionState } from '../subscription/state.js';

/** `overdue` and `pending` wait for an answer, also for a late one. */
export type RecallState = 'pending' | 'overdue' | RecallAnswer;

export interface RecallGiven {
  sequence: number;
  answer: RecallAnswer;
  reason?: string;
}

/**
 * What a recipient did about a notice that asks for an answer (R12, R26). It can be answered whatever rights remain: when the
 * subscription has ended, and when the organisation has departed. The same answer again is no second event; another one is.
 * @param notice as fan-out made it; undefined where this subscriber's sequence holds none at that place
 * @throws {@link Refusal}
 */
export function answerRecall(
  state: SubscriptionState,
  notice: { state: RecallState | null } | undefined,
  { sequence, answer, reason }: RecallGiven,
): SubscriptionEvent | undefined {
  if (state.status === 'absent') throw unknownSubscription();
  if (notice === undefined)
    throw new Refusal('NotFound', 'recall.unknown', 'There is no recall at this place of the sequence.');
  if (notice.state === null) throw new Refusal('RuleRefused', 'recall.not-asked', 'This notice asks for no answer.');
  if (answer === 'refused' && reason === undefined)
    throw refusedFor('The recall cannot be refused', [
      { pointer: '/reason', code: 'recall.reason-missing', detail: 'must say why it is not applied' },
    ]);
  const before = state.answers.get(sequence);
  if (before?.answer === answer && before.reason === reason) return undefined;
  const { subscription } = state;
  return bodyOf('recall.answered', {
    subscription,
    sequence,
    answer,
    ...(reason === undefined ? {} : { reason }),
  }) as SubscriptionEvent;
}
