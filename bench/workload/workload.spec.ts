import { encodeEvent, decodeEvent } from '#events';
import { pairsOf, WORKLOADS, type Pair } from './pairs.js';
import { keyWithoutPart, reportsOf, uuidOf, withPart } from './reports.js';

const COUNT = 4_000;
const pairKey = ({ relation, subject, object }: Pair): string => `${relation} ${subject} ${object}`;
const uses = (numbers: (number | undefined)[]): number[] => {
  const counts = new Map<number | undefined, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts.values()].sort((a, b) => b - a);
};

describe('a workload', () => {
  it.each(WORKLOADS)(
    'is the same for the same seed, and its beginning does not depend on its length: %s',
    (workload) => {
      const long = [...pairsOf(workload, COUNT, 7)];
      expect([...pairsOf(workload, 500, 7)]).toEqual(long.slice(0, 500));
      expect([...pairsOf(workload, 500, 8)]).not.toEqual(long.slice(0, 500));
    },
  );

  it.each(WORKLOADS)('is made of events that the catalogue accepts: %s', (workload) => {
    for (const report of reportsOf({ workload, events: 300, seed: 7, part: 3 }))
      expect(decodeEvent(encodeEvent(report))).toEqual({ event: report });
  });

  it('says about 30 % again under Zipf, where few objects take most links', () => {
    const pairs = [...pairsOf('zipf', COUNT, 7)];
    const repeated = pairs.length - new Set(pairs).size;
    expect(repeated / COUNT).toBeGreaterThan(0.25);
    expect(repeated / COUNT).toBeLessThan(0.35);
    const links = pairs.filter(({ object }) => object !== undefined);
    expect((uses(links.map(({ object }) => object))[0] ?? 0) / links.length).toBeGreaterThan(0.05);
  });

  it('has no hub where none is wanted, and only hubs where both ends shall be some', () => {
    expect(uses([...pairsOf('flat', COUNT, 7)].map(({ object }) => object)).at(1)).toBeLessThan(5);
    const hubs = [...pairsOf('hubs', COUNT, 7)];
    expect(uses(hubs.map(({ subject }) => subject))).toHaveLength(200);
    expect(uses(hubs.map(({ object }) => object))).toHaveLength(200);
    expect(new Set(hubs.map(pairKey)).size).toBeGreaterThan(COUNT / 2);
  });

  it('differs between parts in its entities and ids only, never in what a relationship carries', () => {
    const [one, other] = [1, 2].map((part) => [...reportsOf({ workload: 'zipf', events: 50, seed: 7, part })]);
    expect(one?.map(({ stream }) => stream)).not.toEqual(other?.map(({ stream }) => stream));
    expect(one?.map(({ stream }) => stream.slice(-12))).toEqual(other?.map(({ stream }) => stream.slice(-12)));
    expect(uuidOf('stream', 5, 1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(withPart('1/telegram/77', 12)).toBe('12/telegram/77');
    expect(keyWithoutPart('12/telegram/77')).toBe('telegram/77');
  });
});
