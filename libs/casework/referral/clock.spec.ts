import fc from 'fast-check';
import type { QuestionReason } from '#events';
import {
  breachOf,
  endClock,
  restartClock,
  resumeClock,
  reviveClock,
  startClock,
  stopClock,
  type Clock,
} from './clock.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-22T08:00:00.000Z');
const at = (ms: number): string => new Date(START + ms).toISOString();
const clock = startClock(at(0), HOUR);
const isLate = (one: Clock, ms: number): boolean => breachOf(one, at(ms)) !== undefined;

describe('a clock of one hour', () => {
  it('runs out at 60:00.000', () => {
    expect(isLate(clock, HOUR - 1)).toBe(false);
    expect(breachOf(clock, at(HOUR))).toBe(at(HOUR));
  });

  it('does not count the time in which the platform could not act', () => {
    const stopped = stopClock(clock, at(20 * 60_000), 'impossibility');
    expect(isLate(stopped, 100 * HOUR)).toBe(false);
    const resumed = resumeClock(stopped, at(50 * 60_000));
    expect(resumed.suspended).toEqual([{ from: at(20 * 60_000), to: at(50 * 60_000) }]);
    expect(isLate(resumed, 90 * 60_000 - 1)).toBe(false);
    expect(isLate(resumed, 90 * 60_000)).toBe(true);
  });

  it.each(['manifest-errors', 'insufficient-information'] as const)('starts anew once %s are answered', (reason) => {
    const stopped = stopClock(clock, at(59 * 60_000), reason);
    expect(isLate(stopped, 100 * HOUR)).toBe(false);
    const restarted = restartClock(stopped, at(3 * HOUR));
    expect(isLate(restarted, 4 * HOUR - 1)).toBe(false);
    expect(breachOf(restarted, at(4 * HOUR))).toBe(at(4 * HOUR));
  });

  it('is not stopped by a question that hinders nobody, nor moved by one that comes too late', () => {
    expect(isLate(stopClock(clock, at(1), 'clarification'), HOUR)).toBe(true);
    const tooLate = stopClock(clock, at(HOUR), 'impossibility');
    expect(breachOf(tooLate, at(HOUR))).toBe(at(HOUR));
    expect(breachOf(restartClock(stopClock(clock, at(HOUR), 'manifest-errors'), at(2 * HOUR)), at(2 * HOUR))).toBe(
      at(HOUR),
    );
  });

  it('keeps what was excluded when a decision ends a stop and is then taken back', () => {
    const decided = endClock(stopClock(clock, at(20 * 60_000), 'insufficient-information'), at(50 * 60_000));
    expect(breachOf(reviveClock(decided), at(9 * HOUR))).toBe(at(90 * 60_000));
  });

  it('goes on as if never decided where a decision is taken back', () => {
    const decided = endClock(clock, at(HOUR - 1));
    expect(isLate(decided, 9 * HOUR)).toBe(false);
    expect(breachOf(reviveClock(decided), at(9 * HOUR))).toBe(at(HOUR));
  });
});

type Move = { after: number; move: 'resume' | 'inform' | 'decide' | QuestionReason };

const moves = fc.array(
  fc.record({
    after: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(60)),
    move: fc.constantFrom<Move['move']>(
      'resume',
      'inform',
      'decide',
      'impossibility',
      'manifest-errors',
      'insufficient-information',
      'clarification',
    ),
  }),
  { maxLength: 8 },
);
const MS = 60;

/** The same, counted millisecond by millisecond: how many have run, and which stood still. */
function lateByCounting(said: readonly Move[], until: number): boolean {
  let run = 0;
  let state: 'runs' | 'hindered' | 'unclear' | 'over' = 'runs';
  const due = said.reduce<{ ms: number; move: Move['move'] }[]>(
    (list, { after, move }) => [...list, { ms: (list.at(-1)?.ms ?? 0) + after, move }],
    [],
  );
  for (let ms = 0; ms <= until; ms += 1) {
    if (run >= MS) return true;
    for (const { move } of due.filter((each) => each.ms === ms)) {
      if (state === 'runs' && move === 'impossibility') state = 'hindered';
      else if (state === 'runs' && (move === 'manifest-errors' || move === 'insufficient-information'))
        state = 'unclear';
      else if (state === 'hindered' && move === 'resume') state = 'runs';
      else if (state === 'unclear' && move === 'inform') [state, run] = ['runs', 0];
      else if (move === 'decide') state = 'over';
    }
    if (state === 'runs') run += 1;
  }
  return false;
}

describe('any history of a clock', () => {
  it('runs out exactly when its period has been counted, millisecond by millisecond', () => {
    fc.assert(
      fc.property(moves, fc.integer({ min: 0, max: 300 }), (said, more) => {
        let now = 0;
        let moved = startClock(at(0), MS);
        for (const { after, move } of said) {
          now += after;
          if (move === 'resume') moved = resumeClock(moved, at(now));
          else if (move === 'inform') moved = restartClock(moved, at(now));
          else if (move === 'decide') moved = moved.endedAt === undefined ? endClock(moved, at(now)) : moved;
          else moved = stopClock(moved, at(now), move);
        }
        expect(isLate(moved, now + more)).toBe(lateByCounting(said, now + more));
      }),
      { numRuns: 2_000, seed: 19 },
    );
  });
});
