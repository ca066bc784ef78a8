/** What the clerk tells of a cluster and of those who hold it together. */
import type { Clerk } from './clerk.js';
import type { Line } from './lines.js';
import { alike, corroboration, directionFrom, newestFirst, nobody, statement, thingOf } from './told-of-one.js';
import { casesOf, secondsBack } from './told-of-takedowns.js';
import { touchesPeriod } from './clerk.js';
import { BINDING, Together, TYING, type Bounds, type Reached } from './together.js';
import type { Period } from './periods.js';

/** Statements told of one link. */
const OF_A_LINK = 5;
const DIGITS = 9;

export interface Terms {
  clerk: Clerk;
  bounds: Bounds;
  valid?: Period;
}

/** What is said between a member and the one before it, seen from the member. */
export function chain(said: readonly Line[], member: string, clerk: Clerk): object[] {
  return alike(said, (line) => `${line.relation} ${directionFrom(line, member)}`).map((same) => ({
    relation: same[0]!.relation,
    direction: directionFrom(same[0]!, member),
    corroboration: corroboration(same),
    statements: same.slice(0, OF_A_LINK).map((line) => statement(line, clerk)),
  }));
}

export function cluster(lines: readonly Line[], id: string, { clerk, bounds, valid }: Terms): object {
  const entity = thingOf(lines, id);
  if (entity === undefined) return nobody;
  const together = new Together(lines, BINDING, valid, bounds.hubLimit);
  const { members, cut } = together.walk(id, bounds.entityLimit);
  const within = (line: Line): boolean =>
    [line.from, line.to].every((end) => members.some((member) => member.id === end.id));
  return {
    truncated: cut,
    found: true,
    entity,
    alsoFound: [],
    members: members.map((member) => told(member, lines, together, { clerk, bounds, valid })),
    conflicts: lines
      .filter((line) => line.relation === 'NOT_SAME_AS' && within(line) && members.length > 1)
      .sort(newestFirst)
      .map((line) => {
        const [one, other] = [line.from.id, line.to.id].sort();
        return { one, other, statement: statement(line, clerk) };
      }),
    ...(cut ? { boundedBy: 'entities' } : {}),
  };
}

function told(
  { id, distance, through }: Reached,
  lines: readonly Line[],
  together: Together,
  { clerk, valid }: Terms,
): object {
  const then = lines.filter((line) => valid === undefined || touchesPeriod(line, valid));
  const cases = casesOf(then, id);
  const known = { entity: thingOf(lines, id), distance, hub: together.isHub(id), ...(cases && { cases }) };
  if (through === undefined) return known;
  const links = chain(together.between(through, id), id, clerk).map((link) => {
    const { relation, direction } = link as { relation: string; direction: string };
    const [earlier, later] = direction === 'outgoing' ? [through, id] : [id, through];
    const since = together
      .between(through, id)
      .filter((line) => line.relation === relation && line.from.id === later)
      .flatMap(({ begins }) => begins ?? []);
    const seconds = secondsBack(then, earlier, since.length === 0 ? undefined : Math.min(...since));
    return relation === 'SUCCESSOR_OF' && seconds !== undefined ? { ...link, secondsAfterRemoval: seconds } : link;
  });
  return { ...known, through, links };
}

export function keyPlayers(lines: readonly Line[], id: string, terms: Terms, relations = TYING): object {
  const entity = thingOf(lines, id);
  if (entity === undefined) return nobody;
  const together = new Together(lines, relations, terms.valid, terms.bounds.hubLimit);
  const { members, cut } = together.walk(id, terms.bounds.entityLimit);
  const ids = members.map((member) => member.id);
  const tied = (one: string, other: string): boolean => one !== other && together.tied(one, other);
  const pairs = ids.flatMap((one, at) => ids.slice(at + 1).map((other) => [one, other] as const));
  const ways = shortestWays(ids, tied);
  const players = members.map(({ id: player, distance }) => {
    const share = pairs
      .filter(([one, other]) => one !== player && other !== player)
      .reduce((sum, [one, other]) => sum + shareThrough(player, one, other, ways), 0);
    const parts = partsWithout(player, ids, tied);
    return {
      entity: thingOf(lines, player),
      hub: together.isHub(player),
      distance,
      degree: ids.filter((other) => tied(player, other)).length,
      betweenness: ids.length < 3 ? 0 : rounded(share / (((ids.length - 1) * (ids.length - 2)) / 2)),
      ...(parts.length > 1 ? { splitsInto: parts } : {}),
    };
  });
  players.sort(
    (one, other) =>
      other.betweenness - one.betweenness || other.degree - one.degree || (one.entity!.id < other.entity!.id ? -1 : 1),
  );
  return {
    truncated: cut,
    found: true,
    entity,
    alsoFound: [],
    entities: ids.length,
    ties: pairs.filter(([one, other]) => tied(one, other)).length,
    players,
    ...(cut ? { boundedBy: 'entities' } : {}),
  };
}

type Ways = Record<string, Record<string, { far: number; ways: number }>>;

/** How far everybody is from everybody, and over how many shortest ways: step by step, from each. */
function shortestWays(ids: readonly string[], tied: (one: string, other: string) => boolean): Ways {
  const all: Ways = {};
  for (const from of ids) {
    const reached: Ways[string] = { [from]: { far: 0, ways: 1 } };
    for (let far = 1; far < ids.length; far += 1)
      for (const id of ids) {
        if (reached[id] !== undefined) continue;
        const before = ids.filter((one) => reached[one]?.far === far - 1 && tied(one, id));
        const ways = before.reduce((sum, one) => sum + reached[one]!.ways, 0);
        if (ways > 0) reached[id] = { far, ways };
      }
    all[from] = reached;
  }
  return all;
}

function shareThrough(player: string, one: string, other: string, ways: Ways): number {
  const [whole, first, second] = [ways[one]?.[other], ways[one]?.[player], ways[player]?.[other]];
  if (whole === undefined || first === undefined || second === undefined) return 0;
  return first.far + second.far === whole.far ? (first.ways * second.ways) / whole.ways : 0;
}

/** Sizes of what its part of the network falls into without it, the largest first. */
function partsWithout(player: string, ids: readonly string[], tied: (one: string, other: string) => boolean): number[] {
  const reachedFrom = (start: string, without?: string): string[] => {
    const reached = [start];
    for (const here of reached)
      for (const other of ids)
        if (other !== without && !reached.includes(other) && tied(here, other)) reached.push(other);
    return reached;
  };
  const left = reachedFrom(player).filter((id) => id !== player);
  const sizes: number[] = [];
  while (left.length > 0) {
    const part = reachedFrom(left[0]!, player);
    for (const id of part) left.splice(left.indexOf(id), 1);
    sizes.push(part.length);
  }
  return sizes.sort((one, other) => other - one);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
