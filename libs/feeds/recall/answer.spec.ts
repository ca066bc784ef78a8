import { randomUUID } from 'node:crypto';
import { NO_SUBSCRIPTION, evolveSubscription, type SubscriptionState } from '../subscription/state.js';
import { answerRecall, type RecallGiven } from './answer.js';

const subscription = randomUUID();
const organisation = randomUUID();
const at = { recordedTime: '2026-11-22T12:00:00.000Z', source: organisation };
const state = evolveSubscription(NO_SUBSCRIPTION, {
  ...at,
  streamVersion: 1,
  body: {
    type: 'subscription.made',
    version: 1,
    data: { subscription, organisation, name: 'A', filter: {}, channel: { kind: 'pull' } },
  },
});
const applied: RecallGiven = { sequence: 7, answer: 'applied' };
const pending = { state: 'pending' } as const;

function after(answered: RecallGiven, before = state): SubscriptionState {
  const body = answerRecall(before, pending, answered);
  return body === undefined ? before : evolveSubscription(before, { ...at, streamVersion: before.version + 1, body });
}
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('an answer to a recall', () => {
  it('is an event once, and again only when it is another one', () => {
    expect(answerRecall(state, pending, applied)).toMatchObject({ type: 'recall.answered', data: { sequence: 7 } });
    expect(answerRecall(after(applied), pending, applied)).toBeUndefined();
    expect(answerRecall(after(applied), pending, { ...applied, sequence: 8 })).toBeDefined();
    const refused: RecallGiven = { sequence: 7, answer: 'refused', reason: 'evidence in a trial' };
    expect(answerRecall(after(applied), pending, refused)?.data).toEqual({ subscription, ...refused });
    expect(answerRecall(after(refused), pending, { ...refused, reason: 'another' })).toBeDefined();
  });

  it('may come late, and after the subscription has ended', () => {
    const ended = evolveSubscription(state, {
      ...at,
      streamVersion: 2,
      body: { type: 'subscription.ended', version: 1, data: { subscription, reason: 'over' } },
    });
    expect(answerRecall(ended, { state: 'overdue' }, { sequence: 7, answer: 'not-held' })).toBeDefined();
  });

  it('says why it refuses, and answers something that asked', () => {
    expect(refusal(() => answerRecall(state, pending, { sequence: 7, answer: 'refused' }))).toBe(
      'recall.reason-missing',
    );
    expect(refusal(() => answerRecall(state, undefined, applied))).toBe('recall.unknown');
    expect(refusal(() => answerRecall(state, { state: null }, applied))).toBe('recall.not-asked');
    expect(refusal(() => answerRecall(NO_SUBSCRIPTION, pending, applied))).toBe('subscription.unknown');
  });
});
