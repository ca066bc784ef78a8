import fc from 'fast-check';
import { periodOf, spanOf } from './claimed-time.js';

describe('a claimed time', () => {
  it('stands for the span that it leaves open', () => {
    expect(spanOf('2024-02')).toEqual({
      first: Date.UTC(2024, 1, 1),
      last: Date.UTC(2024, 2, 1) - 1,
      precision: 'month',
    });
    expect(spanOf('2026-03-09T21:15Z')).toMatchObject({ precision: 'minute', first: Date.UTC(2026, 2, 9, 21, 15) });
    expect(spanOf('2026-03-09T21:15:10.5Z')).toMatchObject({
      precision: 'second',
      first: Date.UTC(2026, 2, 9, 21, 15, 10, 500),
    });
    for (const none of ['2026-13', '2026-02-30', '2026-03-09T24:00Z', '2026-03-09T10:60Z', 'March', '2026-3', ''])
      expect(spanOf(none)).toBeUndefined();
  });

  it('agrees with the calendar for every second there is', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
        expect(spanOf(date.toISOString())?.first).toBe(date.getTime());
        expect(spanOf(date.toISOString().slice(0, 10))?.first).toBe(
          Math.floor(date.getTime() / 86_400_000) * 86_400_000,
        );
      }),
    );
  });

  it('reaches to the last moment that it names, whatever the year', () => {
    expect(spanOf('0044')).toEqual({
      first: Date.parse('0044-01-01'),
      last: Date.parse('0045-01-01') - 1,
      precision: 'year',
    });
    expect(spanOf('2026-12')?.last).toBe(Date.UTC(2027, 0) - 1);
    expect(spanOf('2024-02-29')?.last).toBe(Date.UTC(2024, 2) - 1);
    expect(spanOf('2026-03-09T10:00:00.25Z')).toMatchObject({ first: Date.UTC(2026, 2, 9, 10, 0, 0, 250) });
  });

  it('is kept by the graph as its first second and the first one after it', () => {
    const day = Date.UTC(2026, 2, 9) / 1000;
    expect(periodOf('2026-03-09')).toEqual({ from: day, to: day + 86_400 });
    expect(periodOf('2026-03-09T21:15Z')).toEqual({ from: day + 76_500, to: day + 76_560 });
    expect(periodOf('2026-03-09T21:15:10.5Z')).toEqual({ from: day + 76_510, to: day + 76_511 });
    expect(periodOf('2026-02-29')).toBeUndefined();
  });
});
