import fc from 'fast-check';
import { ATTEMPTS_AFTER_MS, nextStep, retryAfterMs, type Outcome } from './next-step.js';

const HOUR = 3_600_000;

function answered(status: number, retryAfter?: number): Outcome {
  return { kind: 'answered', status, ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }) };
}

describe('after an attempt', () => {
  test('any 2xx goes on at once', () => {
    for (const status of [200, 201, 202, 204, 299])
      expect(nextStep(3, 0, answered(status), 0.5)).toEqual({ do: 'go-on', afterMs: 0, spacingMs: 0 });
  });

  test('410 pauses, at whichever attempt', () => {
    for (const attempts of [0, 9])
      expect(nextStep(attempts, 0, answered(410), 0)).toEqual({ do: 'pause', reason: 'webhook.gone' });
  });

  test('everything else is tried again: ten attempts in 75.6 hours, then a pause', () => {
    for (const outcome of [
      answered(301),
      answered(404),
      answered(500),
      { kind: 'failed', fault: 'timeout' } as const,
    ]) {
      let [attempts, after] = [0, 0];
      let step = nextStep(attempts, 0, outcome, 0);
      while (step.do === 'repeat') {
        after += step.afterMs;
        step = nextStep((attempts += 1), 0, outcome, 0);
      }
      expect(attempts + 1).toBe(10);
      expect(after / HOUR).toBeCloseTo(75.6, 1);
      expect(step).toEqual({ do: 'pause', reason: 'webhook.exhausted' });
    }
    expect(ATTEMPTS_AFTER_MS.map((ms) => ms / 1000)).toEqual([
      ...[0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
    ]);
  });

  test('jitter makes it later by a fifth at most, and never earlier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const step = nextStep(attempts, 0, answered(503), random);
        const scheduled = ATTEMPTS_AFTER_MS[attempts + 1] ?? 0;
        return step.do === 'repeat' && step.afterMs >= scheduled && step.afterMs <= Math.ceil(scheduled * 1.2);
      }),
    );
  });

  test('Retry-After makes it later, by a day at most, and never earlier than the schedule', () => {
    expect(nextStep(0, 0, answered(503, 60_000), 0)).toMatchObject({ afterMs: 60_000 });
    expect(nextStep(4, 0, answered(503, 60_000), 0)).toMatchObject({ afterMs: 5 * HOUR });
    expect(nextStep(0, 0, answered(503, 1_000 * HOUR), 0)).toMatchObject({ afterMs: 24 * HOUR });
  });

  test('429, 502 and 504 slow the endpoint down, up to a minute; each success speeds it up again', () => {
    for (const status of [429, 502, 504])
      expect(nextStep(0, 0, answered(status), 0)).toEqual({ do: 'repeat', afterMs: 5_000, spacingMs: 1_000 });
    expect(nextStep(0, 40_000, answered(429), 0)).toEqual({ do: 'repeat', afterMs: 60_000, spacingMs: 60_000 });
    expect(nextStep(0, 40_000, answered(500), 0)).toEqual({ do: 'repeat', afterMs: 5_000, spacingMs: 40_000 });
    const waits: number[] = [];
    let spacing = 60_000;
    while (spacing > 0) {
      const step = nextStep(0, spacing, answered(200), 0);
      if (step.do !== 'go-on') throw new Error(step.do);
      waits.push(step.afterMs);
      spacing = step.spacingMs;
    }
    expect(waits).toEqual([30_000, 15_000, 7_500, 3_750, 1_875, 0]);
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-11-22T20:00:00.000Z');

  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 20:01:00 GMT', 60_000],
    ['Sun, 22 Nov 2026 19:00:00 GMT', 0],
  ])('%j is understood', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms));

  test.each(['', '-5', '1.5', '1e9', 'soon', '99999999999', '2026-11-22', 'Sun, 99 Nov 2026 20:01:00 GMT'])(
    '%j says nothing',
    (header) => expect(retryAfterMs(header, now)).toBeUndefined(),
  );
});
