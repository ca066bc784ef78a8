import { endOf, lasts } from '#events';
import type { Reader, Validity } from '../reading/fetch.js';
import { SAID, type PairRow } from './paths-graph.js';
import type { Step, StepsFrom } from './paths-search.js';
import type { Around } from './paths-walk.js';

/** The ties around the ends of a question about paths, and what is said of each. */
export interface Tie {
  one: string;
  other: string;
  said: TieRow[];
}

/** A statement, and the second from which it is over because somebody said so later. */
export type TieRow = PairRow & { ended?: number };

export function pairKey(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** A tie is known from whichever of its ends was walked through; ways are taken from both. */
function neighboursOf({ ties }: Around): Map<string, Set<string>> {
  const neighbours = new Map<string, Set<string>>();
  const add = (one: string, other: string): void =>
    void neighbours.set(one, (neighbours.get(one) ?? new Set()).add(other));
  for (const [one, others] of ties)
    for (const { id: other } of others) {
      add(one, other);
      add(other, one);
    }
  return neighbours;
}

/** Steps of ways that begin at the entity named: worked out once, whichever two of the ends are to be joined. */
export type StepsOf<Said> = (from: string) => StepsFrom<Said>;

/** Every tie. A way leads through whoever is no hub, and begins anywhere: a hub knows of no tie, but whoever is tied to it does. */
export function overAll({ ties }: Around): StepsOf<undefined> {
  const tiedTo = (hub: string): string[] =>
    [...ties].flatMap(([one, bonds]) => (bonds.some(({ id }) => id === hub) ? [one] : []));
  return (from) => (id) =>
    (ties.get(id)?.map((bond) => bond.id) ?? (id === from ? tiedTo(id) : []))
      .sort()
      .map((to) => ({ to, tie: undefined }));
}

/** The same over ties of which it is known what is said. */
export function overTies(said: ReadonlyMap<string, Tie>, around: Around): StepsOf<Tie> {
  const steps = new Map<string, Step<Tie>[]>();
  const add = (one: string, step: Step<Tie>): void => {
    const known = steps.get(one);
    if (known === undefined) steps.set(one, [step]);
    else known.push(step);
  };
  for (const tie of said.values()) {
    add(tie.one, { to: tie.other, tie });
    add(tie.other, { to: tie.one, tie });
  }
  for (const each of steps.values()) each.sort((one, other) => (one.to < other.to ? -1 : 1));
  return leading(around, steps);
}

function leading<Said>({ ties }: Around, steps: ReadonlyMap<string, readonly Step<Said>[]>): StepsOf<Said> {
  return (from) => (id) => (id === from || ties.has(id) ? (steps.get(id) ?? []) : []);
}

/** Ties that lie on some way of so many steps between two of the ends; the others need not be looked at more closely. */
export function edgesBetween(around: Around, ends: readonly string[], most: number): [string, string][] {
  const neighbours = neighboursOf(around);
  const distances = ends.map((end) => distancesFrom(end, neighbours, most));
  const near = (id: string, but: number): number =>
    Math.min(...distances.map((each, at) => (at === but ? Infinity : (each.get(id) ?? Infinity))));
  const edges = new Map<string, [string, string]>();
  for (const [end] of ends.entries())
    for (const [one, far] of distances[end]!)
      for (const other of neighbours.get(one) ?? [])
        if (far + 1 + near(other, end) <= most)
          edges.set(pairKey(one, other), one < other ? [one, other] : [other, one]);
  return [...edges].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, edge]) => edge);
}

function distancesFrom(
  end: string,
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  most: number,
): Map<string, number> {
  const distances = new Map([[end, 0]]);
  for (const [id, far] of distances)
    if (far < most)
      for (const other of neighbours.get(id) ?? []) if (!distances.has(other)) distances.set(other, far + 1);
  return distances;
}

/** What stands between each two, by pair. What a later NOT_SAME_AS or NOT_MEMBER_OF cancels is not among it. */
export async function saidOf(
  reader: Reader,
  edges: readonly (readonly [string, string])[],
  { ties }: Around,
  { relations, validity }: { relations: string[]; validity: Validity },
): Promise<Map<string, Tie>> {
  const pairs = [...new Map(edges.map(([one, other]) => [pairKey(one, other), [one, other] as const])).values()];
  if (pairs.length === 0) return new Map();
  const parted = (one: string, other: string): number =>
    (ties.get(one)?.find(({ id }) => id === other) ?? ties.get(other)?.find(({ id }) => id === one))?.parted ?? 0;
  const found = new Map(pairs.map(([one, other]): [string, Tie] => [pairKey(one, other), { one, other, said: [] }]));
  const ones = pairs.map(([one]) => one);
  const others = pairs.map(([, other]) => other);
  const rows = await reader.rows(SAID, { ...validity, ones, others, relations });
  const partings = partingsIn(rows);
  for (const row of rows) {
    if (row.relation === 'NOT_MEMBER_OF') continue;
    if (row.relation === 'SAME_AS' && row.pos <= parted(row.here, row.other)) continue;
    const against = row.relation === 'MEMBER_OF' ? (partings.get(memberKey(row)) ?? []) : [];
    if (!lasts(row, against, validity)) continue;
    const ended = endOf(row, against);
    found.get(pairKey(row.here, row.other))!.said.push(ended === undefined ? row : { ...row, ended });
  }
  return found;
}

/** What ends memberships, by who is a member of what. */
function partingsIn(rows: readonly PairRow[]): Map<string, PairRow[]> {
  const partings = new Map<string, PairRow[]>();
  for (const row of rows)
    if (row.relation === 'NOT_MEMBER_OF') partings.set(memberKey(row), [...(partings.get(memberKey(row)) ?? []), row]);
  return partings;
}

function memberKey({ here, other, outgoing }: PairRow): string {
  return outgoing ? `${here} ${other}` : `${other} ${here}`;
}
