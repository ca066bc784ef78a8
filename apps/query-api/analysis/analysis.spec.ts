import fc from 'fast-check';
import { UndirectedGraph } from 'graphology';
import * as metrics from 'graphology-metrics/centrality/betweenness.js';
import { betweennessOf } from './betweenness.js';
import { partsWithout } from './cut-vertices.js';
import { standingsOf } from './standing.js';
import { neighbourhoodsOf, type Ties } from './ties.js';

const second = metrics.default as unknown as (graph: UndirectedGraph, options: object) => Record<string, number>;

const tied = (size: number, ...pairs: [number, number][]): Ties => ({ size, ends: Uint32Array.from(pairs.flat()) });

const anyTies: fc.Arbitrary<Ties> = fc
  .integer({ min: 1, max: 14 })
  .chain((size) =>
    fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 26 }).map((pairs) => tied(size, ...pairs)),
  );

/** Sizes of the components of a set of entities, by plain search. */
function components({ size, ends }: Ties, without: number): number[] {
  const colour = Array.from({ length: size }, (_, n) => n);
  for (let round = 0; round < size; round += 1)
    for (let at = 0; at < ends.length; at += 2) {
      const [one, other] = [ends[at]!, ends[at + 1]!];
      if (one === without || other === without) continue;
      colour[one] = colour[other] = Math.min(colour[one]!, colour[other]!);
    }
  const sizes = new Map<number, number>();
  for (const [n, each] of colour.entries()) if (n !== without) sizes.set(each, (sizes.get(each) ?? 0) + 1);
  return [...sizes.values()].sort((one, other) => other - one);
}

function byGraphology({ size, ends }: Ties): number[] {
  const graph = new UndirectedGraph();
  for (let n = 0; n < size; n += 1) graph.addNode(n);
  for (let at = 0; at < ends.length; at += 2) if (ends[at] !== ends[at + 1]) graph.mergeEdge(ends[at], ends[at + 1]);
  const values = second(graph, { normalized: false });
  return Array.from({ length: size }, (_, n) => values[n]!);
}

describe('how somebody stands among those they are tied to', () => {
  it('a go-between is on every shortest way and holds both sides together', () => {
    // Two triangles that meet in 2.
    const standings = standingsOf(tied(5, [0, 1], [1, 2], [0, 2], [2, 3], [3, 4], [2, 4]));
    expect(standings[2]).toEqual({ degree: 4, betweenness: 4, parts: [2, 2] });
    expect(standings[0]).toEqual({ degree: 2, betweenness: 0, parts: [4] });
  });

  it('a tie said twice, from the other end, or of oneself is one tie or none', () => {
    expect(standingsOf(tied(2, [0, 1], [1, 0], [0, 1], [1, 1]))).toEqual([
      { degree: 1, betweenness: 0, parts: [1] },
      { degree: 1, betweenness: 0, parts: [1] },
    ]);
  });

  it('betweenness is what a second implementation says', () => {
    fc.assert(
      fc.property(anyTies, (ties) => {
        const ours = betweennessOf(neighbourhoodsOf(ties));
        for (const [n, theirs] of byGraphology(ties).entries()) expect(ours[n]).toBeCloseTo(theirs, 9);
      }),
      { numRuns: 500 },
    );
  });

  it('the parts without somebody are those that a plain search finds in their component', () => {
    fc.assert(
      fc.property(anyTies, (ties) => {
        const whole = standingsOf(ties);
        for (const [n, { parts }] of whole.entries()) {
          const apart = components(ties, n);
          const others = components(ties, -1);
          const rest = [...others];
          // Components that it does not belong to are in both.
          const own = parts.reduce((sum, part) => sum + part, 1);
          rest.splice(rest.indexOf(own), 1);
          expect([...parts, ...rest].sort((one, other) => other - one)).toEqual(apart);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a chain of many thousands needs no deep stack', () => {
    const size = 50_000;
    const ends = new Uint32Array(2 * (size - 1)).map((_, at) => Math.floor((at + 1) / 2));
    const parts = partsWithout(neighbourhoodsOf({ size, ends }));
    expect([parts[0], parts[1], parts[25_000]]).toEqual([[size - 1], [size - 2, 1], [25_000, 24_999]]);
  });
});
