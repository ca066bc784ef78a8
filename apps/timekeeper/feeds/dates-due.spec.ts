import { randomUUID } from 'node:crypto';
import type { KnownSubscription } from '#feeds';
import { datesDue, keyEnding } from './dates-due.js';

const agreement = randomUUID();
const at = (day: number): Date => new Date(Date.UTC(2026, 10, day));
const DAY = 86_400_000;
const history = (...types: string[]): Parameters<typeof datesDue>[1] =>
  ['made', ...types].map((type) => ({ body: { type: `agreement.${type}`, version: 1, data: { agreement } } as never }));
const due = (now: number, ...told: string[]): string[] =>
  datesDue({ starts: at(10), ends: at(20) }, history(...told), at(now), 3 * DAY);

describe('the dates of an agreement', () => {
  it.each([
    [9, [], []],
    [10, [], ['began']],
    [16, ['began'], []],
    [17, ['began'], ['ending']],
    [18, [], ['began', 'ending']],
    [19, ['began', 'ending'], []],
    [20, ['began', 'ending'], ['lapsed']],
    [21, ['began', 'ending', 'lapsed'], []],
  ])('tell on day %d, after %j: %j', (now, told, expected) => {
    expect(due(now, ...told)).toEqual(expected);
  });

  it('only lapse where its whole time passed while nobody looked', () => {
    expect(due(25)).toEqual(['lapsed']);
  });

  it('tell nothing of one that was ended before', () => {
    for (const now of [9, 15, 18, 30]) expect(due(now, 'ended')).toEqual([]);
  });

  it('have no end where it has none', () => {
    expect(datesDue({ starts: at(1) }, history('began', 'party-joined'), at(28), DAY)).toEqual([]);
  });
});

describe('the overlap of two keys', () => {
  const state = {
    ...{ status: 'active', subscription: randomUUID(), key: 3, keyOverlapUntil: at(10).toISOString() },
    keyEndingTold: false,
  } as KnownSubscription;
  const told = (now: Date, changes: Partial<KnownSubscription> = {}) => keyEnding({ ...state, ...changes }, now, DAY);

  it('is told of before it ends, naming the key that goes, once', () => {
    expect(told(at(9))?.data).toMatchObject({ key: 2, overlapUntil: at(10).toISOString() });
    expect(told(at(8))).toBeUndefined();
    expect(told(at(10))).toBeUndefined();
    expect(told(at(9), { keyEndingTold: true })).toBeUndefined();
    expect(told(at(9), { status: 'ended' })).toBeUndefined();
  });
});
