import { isWhole, windowSizes, type Paged } from './windows.js';

const newest: Paged<{ limit: number }, number> = {
  by: 'newest',
  from: ({ position }) => [position],
  upTo: (rows, { limit }) => (rows.length < limit ? undefined : [rows.at(-1)!]),
};
const earliest: Paged<{ limit: number }, [number, number]> = {
  by: 'earliest',
  from: () => [0, 0],
  upTo: (rows, { limit }) => (rows.length < limit ? undefined : rows.at(-1)),
};
const windowUpTo = (...last: number[]) => ({ places: [[9], [8], last], others: ['a', 'b', 'c'] });

describe('a page of a crowded node', () => {
  it('is whole where the window holds all that there is, whatever the page is', () => {
    expect(isWhole(newest, { limit: 5 }, windowUpTo(3), 4, [])).toBe(true);
  });

  it('is not whole where the window has an end and the page has room', () => {
    expect(isWhole(newest, { limit: 2 }, windowUpTo(3), 3, [9])).toBe(false);
  });

  it('is whole where it ends before the window does, and not at the same place: there more may stand', () => {
    expect(isWhole(newest, { limit: 2 }, windowUpTo(3), 3, [9, 4])).toBe(true);
    expect(isWhole(newest, { limit: 2 }, windowUpTo(3), 3, [9, 3])).toBe(false);
    expect(isWhole(newest, { limit: 2 }, windowUpTo(3), 3, [9, 2])).toBe(false);
  });

  it('is told in the order of time by the second, and within a second by the position', () => {
    const page = (second: number, position: number) =>
      isWhole(earliest, { limit: 1 }, windowUpTo(50, 7), 3, [[second, position]]);
    expect([page(49, 9), page(50, 6), page(50, 7), page(50, 8), page(51, 1)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is looked for in windows that hold more than it, and in none where reading everything is as fast', () => {
    for (const size of windowSizes(10)) expect(size).toBeGreaterThan(10);
    expect(windowSizes(10).length).toBeGreaterThan(1);
    expect(windowSizes(5_000)).toEqual([]);
  });
});
