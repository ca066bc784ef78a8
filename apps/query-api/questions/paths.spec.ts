import fc from 'fast-check';
import { packHow } from '#graph';
import { memoryReader, type Reader, type WorldStatement } from '../reading/fetch.js';
import { TYING_RELATIONS } from './key-players-graph.js';
import { PATHS, type Paths } from './paths.js';
import { RULES, WAYS, type Way } from './paths-rules.js';
import { bestWay, type Step } from './paths-search.js';
import type { Tie } from './paths-ties.js';
import { ALL, ask, entity, EVERYTHING, said, seedOf, SOURCES, stated, world } from './worlds.fixture.js';

const person = (key: string) => entity('person', key);
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;
const bounds = { relations: [...TYING_RELATIONS], tieLimit: 500, entityLimit: 5_000 };

async function pathsBetween(
  statements: readonly WorldStatement[],
  names: string[],
  way: Way = 'fewest-steps',
  steps = 6,
): Promise<Paths> {
  const seeds = names.map((name) => seedOf(person(name)));
  return (await ask(PATHS, statements, { seeds, steps, way, validity: EVERYTHING, bounds })).answer;
}

const keysOf = ({ paths = [] }: Paths): (string[] | undefined)[] =>
  paths.map(({ steps }) => steps?.map(({ entity: { key } }) => key));

const contacted = (one: string, other: string, terms: object = {}) =>
  said(person(one), 'CONTACTED', person(other), terms);
const GOOD = packHow('fact', { scheme: '3x5x2', source: '1', information: 'A' });
const POOR = packHow('fact', { scheme: '3x5x2', source: '3', information: 'E' });

describe('a path', () => {
  it('is the shortest, each step with what is said of it, seen from where it leads', async () => {
    const answer = await pathsBetween(
      world(contacted('a', 'b'), contacted('c', 'b'), contacted('c', 'd'), contacted('a', 'x'), contacted('x', 'y')),
      ['a', 'c'],
    );
    expect(keysOf(answer)).toEqual([['b', 'c']]);
    expect(answer.paths?.[0]?.steps?.map(({ links }) => links.map(({ direction }) => direction))).toEqual([
      ['incoming'],
      ['outgoing'],
    ]);
  });

  it('numbers origins for the whole answer: the same number is the same origin in each of its steps', async () => {
    const originsOf = async (...sources: number[]): Promise<unknown[]> => {
      const statements = world(contacted('a', 'b', { src: sources[0] }), contacted('b', 'c', { src: sources[1] }));
      const { paths = [] } = await pathsBetween(statements, ['a', 'b', 'c']);
      return paths.map(({ steps = [] }) =>
        steps.flatMap(({ links }) => links.flatMap(({ statements: told }) => told.map(({ origin }) => origin))),
      );
    };
    expect(await originsOf(7, 8)).toEqual([[1], [1, 2], [2]]);
    expect(await originsOf(7, 7)).toEqual([[1], [1, 1], [1]]);
  });

  it('is told for each two of those asked about, or that there is none of so many steps', async () => {
    const statements = world(contacted('a', 'b'), contacted('b', 'c'), contacted('c', 'd'), contacted('y', 'z'));
    expect(keysOf(await pathsBetween(statements, ['a', 'd', 'z']))).toEqual([['b', 'c', 'd'], undefined, undefined]);
    expect(keysOf(await pathsBetween(statements, ['a', 'd'], 'fewest-steps', 2))).toEqual([undefined]);
    expect(keysOf(await pathsBetween(statements, ['a', 'a']))).toEqual([[]]);
  });

  it('is none where one of them is unknown, and says which', async () => {
    const { found, entities, paths } = await pathsBetween(world(contacted('a', 'b')), ['a', 'nobody']);
    expect([found, entities?.map((each) => each?.key), paths]).toEqual([false, ['a', undefined], undefined]);
  });

  it('goes the longer way where it is better graded', async () => {
    const statements = world(
      contacted('a', 'd', { how: POOR }),
      contacted('a', 'b', { how: GOOD }),
      contacted('b', 'd', { how: GOOD }),
    );
    expect(keysOf(await pathsBetween(statements, ['a', 'd']))).toEqual([['d']]);
    expect(keysOf(await pathsBetween(statements, ['a', 'd'], 'best-graded'))).toEqual([['b', 'd']]);
  });

  it('in order of time takes no tie that was over before the one before it began', async () => {
    const statements = world(
      contacted('a', 'b', { from: day('2026-03-01') }),
      contacted('b', 'd', { from: day('2026-01-01'), to: day('2026-02-01') }),
      contacted('b', 'c', { from: day('2026-03-05'), to: day('2026-03-06') }),
      contacted('c', 'd', { from: day('2026-02-01'), to: day('2026-04-01') }),
      contacted('a', 'd'),
    );
    expect(keysOf(await pathsBetween(statements, ['a', 'd'], 'in-order-of-time'))).toEqual([['b', 'c', 'd']]);
    // The other way round nothing can have been passed on: what d said came too early for anybody but b.
    expect(keysOf(await pathsBetween(statements, ['d', 'a'], 'in-order-of-time'))).toEqual([['b', 'a']]);
  });

  it('does not lead over what is said not to be the same, nor through a hub', async () => {
    const same = said(person('a'), 'SAME_AS', person('b'));
    expect(keysOf(await pathsBetween(world(same, contacted('b', 'c')), ['a', 'c']))).toEqual([['b', 'c']]);
    const parted = world(same, contacted('b', 'c'), said(person('b'), 'NOT_SAME_AS', person('a')), contacted('a', 'x'));
    expect(keysOf(await pathsBetween(parted, ['a', 'c']))).toEqual([undefined]);
    const star = world(...['a', 'b', 'c'].map((key) => contacted(key, 'exchange')));
    const seeds = [seedOf(person('a')), seedOf(person('b'))];
    const terms = { seeds, steps: 6, way: 'fewest-steps' as const, validity: EVERYTHING };
    const through = (await ask(PATHS, star, { ...terms, bounds: { ...bounds, tieLimit: 2 } })).answer;
    expect(keysOf(through)).toEqual([undefined]);
  });

  it('leads through a doubtful number too, which it names: whoever reads it judges', async () => {
    const number = entity('phone-number', 'possible:+447700900123');
    const both = world(...['a', 'b'].map((name) => said(person(name), 'USES_NUMBER', number)));
    expect(keysOf(await pathsBetween(both, ['a', 'b']))).toEqual([[number.key, 'b']]);
  });
});

describe('a path over a network', () => {
  const crew = entity('network', 'breakwater:network/1');
  const member = (name: string, terms: object = {}) => said(person(name), 'MEMBER_OF', crew, terms);
  const between = async (statements: readonly WorldStatement[], way: Way = 'fewest-steps') =>
    keysOf(await pathsBetween(statements, ['a', 'b'], way));

  it('does not lead over a membership that was ended altogether, nor in time over one that was over too early', async () => {
    const joined = [member('a', { from: day('2026-03-01') }), member('b', { from: day('2026-01-01') })];
    expect(await between(world(...joined))).toEqual([[crew.key, 'b']]);
    expect(await between(world(...joined, said(person('b'), 'NOT_MEMBER_OF', crew)))).toEqual([undefined]);
    const over = world(...joined, said(person('b'), 'NOT_MEMBER_OF', crew, { from: day('2026-02-01') }));
    expect(await between(over)).toEqual([[crew.key, 'b']]);
    expect(await between(over, 'in-order-of-time')).toEqual([undefined]);
  });

  it('does not lead through one that is demoted, but to it', async () => {
    const statements = world(member('a'), member('b'), stated(crew, 'demoted', true));
    expect(await between(statements)).toEqual([undefined]);
    const seeds = [seedOf(person('a')), seedOf(crew)];
    const terms = { seeds, steps: 6, way: 'fewest-steps' as const, validity: EVERYTHING, bounds };
    expect(keysOf((await ask(PATHS, statements, terms)).answer)).toEqual([[crew.key]]);
  });
});

describe('the walk around the ends', () => {
  const edge = fc.tuple(fc.nat(11), fc.nat(11)).filter(([one, other]) => one !== other);

  it('misses no path that a plain search finds, whatever the most steps, and leads through no hub', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(edge, { minLength: 6, maxLength: 20 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 2, max: 6 }),
        async (edges, steps, tieLimit) => {
          const neighbours = (id: number): number[] => [
            ...new Set(edges.flatMap(([one, other]) => (one === id ? [other] : other === id ? [one] : []))),
          ];
          // Of two hubs next to each other neither is walked around; an end that is one is found from its other side.
          fc.pre([0, 1].every((end) => neighbours(end).length < tieLimit));
          const far = new Map([[0, 0]]);
          for (const [id, distance] of far)
            if (id === 0 || neighbours(id).length <= tieLimit)
              for (const other of neighbours(id)) if (!far.has(other)) far.set(other, distance + 1);
          const statements = world(
            contacted('0', '99'),
            contacted('1', '98'),
            ...edges.map(([one, other]) => contacted(`${one}`, `${other}`)),
          );
          const seeds = [seedOf(person('0')), seedOf(person('1'))];
          const terms = { seeds, steps, way: 'fewest-steps' as const, validity: EVERYTHING };
          const { answer } = await ask(PATHS, statements, { ...terms, bounds: { ...bounds, tieLimit } });
          const expected = far.get(1);
          expect(answer.paths?.[0]?.steps?.length).toBe(
            expected !== undefined && expected <= steps ? expected : undefined,
          );
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe('a path of fewest steps', () => {
  const askedOf = async (statements: readonly WorldStatement[], tieLimit = 500): Promise<[Paths, Set<string>]> => {
    const reader = memoryReader(statements, ALL);
    const looked = new Set<string>();
    const noting: Reader = {
      ...reader,
      rows: (fetch, params) => {
        for (const id of (params['frontier'] as string[] | undefined) ?? []) looked.add(id);
        return reader.rows(fetch, params);
      },
    };
    const terms = { seeds: ['a', 'z'].map((name) => seedOf(person(name))), steps: 6, way: 'fewest-steps' as const };
    const drawn = await PATHS.draw(noting, { ...terms, validity: EVERYTHING, bounds: { ...bounds, tieLimit } });
    return [drawn.finish(SOURCES), looked];
  };
  const crowd = Array.from({ length: 30 }, (_, at) => `crowd-${String(at).padStart(2, '0')}`);

  it('is looked for from the end that has fewer around it', async () => {
    const chain = [contacted('a', 'b'), contacted('b', 'c'), contacted('c', 'z')];
    const [answer, looked] = await askedOf(world(...chain, ...crowd.map((name) => contacted('z', name))));
    expect(keysOf(answer)).toEqual([['b', 'c', 'z']]);
    expect(crowd.some((name) => looked.has(person(name).id))).toBe(false);
  });

  it('reaches a hub from its other side, as far as half of the steps', async () => {
    const hub = crowd.slice(0, 5).map((name) => contacted('z', name));
    const over = (names: readonly string[]): WorldStatement[] =>
      world(...names.slice(1).map((name, at) => contacted(names[at]!, name)), ...hub);
    expect(keysOf((await askedOf(over(['a', 'b', 'c', 'z']), 4))[0])).toEqual([['b', 'c', 'z']]);
    expect(keysOf((await askedOf(over(['a', 'b', 'c', 'd', 'z']), 4))[0])).toEqual([undefined]);
  });
});

describe('the best way', () => {
  const ends = fc.tuple(fc.nat(6), fc.nat(6)).filter(([one, other]) => one !== other);
  const anyTies = fc.array(
    fc.record({
      ends,
      how: fc.constantFrom(null, GOOD, POOR),
      from: fc.option(fc.nat(9)),
      length: fc.option(fc.integer({ min: 1, max: 5 })),
    }),
    { minLength: 3, maxLength: 14 },
  );

  /** Worth of every way without a repeated stop, the plain way: try them all. */
  function bestByTrying(ties: readonly Tie[], most: number, way: Way): [steps: number, worth: number] | undefined {
    const rule = RULES[way];
    let best: [number, number] | undefined;
    const better = (one: [number, number], other: [number, number]): boolean =>
      rule.stepsFirst ? one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]) : one[1] < other[1];
    const go = (here: string, visited: string[], worth: number): void => {
      if (here === '1') {
        const found: [number, number] = [visited.length - 1, worth];
        if (best === undefined || better(found, best)) best = found;
        return;
      }
      if (visited.length > most) return;
      for (const tie of ties) {
        const there = tie.one === here ? tie.other : tie.other === here ? tie.one : undefined;
        if (there === undefined || visited.includes(there)) continue;
        const after = rule.after(worth, tie);
        if (after !== undefined) go(there, [...visited, there], after);
      }
    };
    go('0', ['0'], rule.start);
    return best;
  }

  it.each(WAYS)('is as good as the best that trying every way finds: %s', (way) => {
    fc.assert(
      fc.property(anyTies, fc.integer({ min: 1, max: 6 }), (drawn, most) => {
        const byPair = new Map<string, Tie>();
        for (const {
          ends: [one, other],
          how,
          from,
          length,
        } of drawn) {
          const [first, second] = [Math.min(one, other), Math.max(one, other)].map(String) as [string, string];
          const key = `${first} ${second}`;
          const tie = byPair.get(key) ?? { one: first, other: second, said: [] };
          const to = length === null ? null : (from ?? 0) + length;
          tie.said.push({ how, from, to } as Tie['said'][number]);
          byPair.set(key, tie);
        }
        const ties = [...byPair.values()];
        const steps = (id: string): Step<Tie>[] =>
          ties.flatMap((tie) =>
            tie.one === id ? [{ to: tie.other, tie }] : tie.other === id ? [{ to: tie.one, tie }] : [],
          );
        const found = bestWay('0', '1', most, steps, RULES[way]);
        const tried = bestByTrying(ties, most, way);
        expect(found === undefined).toBe(tried === undefined);
        if (found === undefined || tried === undefined) return;
        const worth = found.reduce<number>((before, { tie }) => RULES[way].after(before, tie)!, RULES[way].start);
        expect(RULES[way].stepsFirst ? [found.length, worth] : worth).toEqual(RULES[way].stepsFirst ? tried : tried[1]);
      }),
      { numRuns: 400 },
    );
  });
});
