import { locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import { nothing, type Drawn, type Question } from '../reading/question.js';
import { corroborationOf, OriginNumbers, viewOf, type Sources } from '../reading/statement-view.js';
import type { Reading } from '../terms/seed.js';
import type { ChainLink } from './cluster.js';
import { TIED } from './key-players-graph.js';
import { SAID, type PairRow } from './paths-graph.js';
import { RULES, type Way } from './paths-rules.js';
import { bestWay, type Step } from './paths-search.js';
import { edgesBetween, overAll, overTies, pairKey, saidOf, type StepsOf, type Tie } from './paths-ties.js';
import { walkAround, walkUntilJoined, type Pair, type PathBounds } from './paths-walk.js';

/**
 * How two to five entities hang together: for each two of them the best way over what this viewer may see. The best is the
 * shortest; or the best graded; or one along which the same thing can have been passed on, each tie not over before the one
 * before it began.
 */

export interface PathsTerms {
  /** Readings of each of the entities asked about. */
  seeds: readonly (readonly Reading[])[];
  /** Most steps of one path. */
  steps: number;
  way: Way;
  validity: Validity;
  bounds: PathBounds;
}

export interface Paths {
  /** Whether each of the entities is known to this viewer. */
  found: boolean;
  /** In the order in which they were asked about; null where nothing may be seen of one. */
  entities?: (Entity | null)[];
  paths?: Path[];
  /** What ended the search before its natural end: there may be paths that are not told. */
  boundedBy?: 'entities' | 'ties' | 'time';
}

export interface Path {
  /** Places among the entities asked about. */
  from: number;
  to: number;
  /** Absent where there is none of so many steps. */
  steps?: PathStep[];
}

export interface PathStep {
  entity: Entity;
  /** What is said between this entity and the one before it, newest first. */
  links: ChainLink[];
}

/** Statements shown for one link. */
const STATEMENTS_OF_A_LINK = 5;
/** Ties whose statements are read to judge gradings and times. */
const TIES = 5_000;

async function draw(reader: Reader, terms: PathsTerms): Promise<Drawn<Paths>> {
  const present = new Map((await locate(reader, terms.seeds.flat())).map((each) => [each.id, each]));
  const ends = terms.seeds.map((readings) => readings.flatMap(({ id }) => present.get(id) ?? [])[0] ?? null);
  const asked = terms.seeds.flatMap((readings) => readings.map(({ id }) => id));
  if (ends.includes(null)) return nothing({ found: false, entities: ends }, [...new Set(asked)]);
  const ids = ends.map((end) => end!.id);
  const { ways, entities, said, boundedBy } = await search(reader, ids, terms);
  const paths = ways.map(({ from, to, way }) => ({ from, to, steps: way && groupedSteps(ids[from]!, way, said) }));
  const shown = paths.flatMap(({ steps = [] }) => steps.flatMap(({ links }) => links.flatMap(newestOf)));
  return {
    ids: [...new Set([...ids, ...entities.keys()])],
    positions: [...new Set(shown.map(({ pos }) => pos))],
    truncated: boundedBy !== undefined,
    finish: (sources) => {
      const origins = new OriginNumbers();
      return {
        found: true,
        entities: ends,
        paths: paths.map(({ from, to, steps }) => ({
          from,
          to,
          ...(steps === undefined ? {} : { steps: steps.map((step) => shownStep(step, entities, sources, origins)) }),
        })),
        ...(boundedBy === undefined ? {} : { boundedBy }),
      };
    },
  };
}

interface Found {
  ways: { from: number; to: number; way: Step<unknown>[] | undefined }[];
  /** Those on the ways, by id. */
  entities: Map<string, Entity>;
  /** What is said of each tie on the ways, by pair. */
  said: Map<string, Tie>;
  boundedBy?: Paths['boundedBy'];
}

/** Where fewest steps are wanted, the way is found first and only its ties are looked at; otherwise all that could lie on one. */
async function search(reader: Reader, ids: readonly string[], terms: PathsTerms): Promise<Found> {
  const { steps: most, way, validity, bounds } = terms;
  const read = { relations: bounds.relations, validity };
  const fewest = way === 'fewest-steps';
  const pairs = pairsOf(ids);
  const around = fewest
    ? await walkUntilJoined(reader, ids, pairs, most, bounds, validity)
    : await walkAround(reader, ids, most, bounds, validity);
  const edges = fewest ? [] : edgesBetween(around, ids, most);
  const judged = await saidOf(reader, edges.slice(0, TIES), around, read);
  const steps: StepsOf<Tie | undefined> = fewest ? overAll(around) : overTies(judged, around);
  const best = (from: string, to: string): Step<unknown>[] | undefined =>
    bestWay(from, to, most, steps(from), RULES[way]);
  const ways = pairs.map(([from, to]) => ({ from, to, way: best(ids[from]!, ids[to]!) }));
  const ties = ways.flatMap(({ from, way: found = [] }) => pairsAlong(ids[from]!, found));
  const [entities, said] = await Promise.all([
    locate(
      reader,
      ties.map(([, id]) => ({ id })),
    ),
    fewest ? saidOf(reader, ties, around, read) : judged,
  ]);
  return {
    ways,
    entities: new Map(entities.map((each) => [each.id, each])),
    said,
    boundedBy: around.boundedBy ?? (edges.length > TIES ? 'ties' : undefined),
  };
}

function pairsAlong(from: string, way: readonly Step<unknown>[]): [string, string][] {
  return way.map(({ to }, at) => [way[at - 1]?.to ?? from, to]);
}

function pairsOf(ends: readonly string[]): Pair[] {
  return ends.flatMap((_, from) => ends.slice(from + 1).map((__, after): Pair => [from, from + 1 + after]));
}

interface GroupedStep {
  to: string;
  /** Rows of each relation and direction, newest first, seen from the entity that the step leads to. */
  links: { direction: ChainLink['direction']; rows: PairRow[] }[];
}

function groupedSteps(from: string, way: readonly Step<unknown>[], said: ReadonlyMap<string, Tie>): GroupedStep[] {
  return pairsAlong(from, way).map(([before, to]) => {
    const links = new Map<string, GroupedStep['links'][number]>();
    for (const row of said.get(pairKey(before, to))?.said ?? []) {
      const direction = row.outgoing === (row.here === to) ? 'outgoing' : 'incoming';
      const key = `${row.relation} ${direction}`;
      links.set(key, { direction, rows: [...(links.get(key)?.rows ?? []), row] });
    }
    return { to, links: [...links.values()] };
  });
}

function newestOf({ rows }: { rows: readonly PairRow[] }): readonly PairRow[] {
  return rows.slice(0, STATEMENTS_OF_A_LINK);
}

function shownStep(
  { to, links }: GroupedStep,
  entities: ReadonlyMap<string, Entity>,
  sources: Sources,
  origins: OriginNumbers,
): PathStep {
  return {
    entity: entities.get(to)!,
    links: links.map(({ direction, rows }) => ({
      relation: rows[0]!.relation,
      direction,
      corroboration: corroborationOf(rows),
      statements: newestOf({ rows }).map((row) => viewOf(row, sources, origins)),
    })),
  };
}

export const PATHS: Question<PathsTerms, Paths> = {
  name: 'paths',
  fetches: [PRESENT, TIED, SAID],
  draw,
};
