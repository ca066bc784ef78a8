import type { Reader, Validity } from '../reading/fetch.js';
import { byText } from '../reading/statement-row.js';
import type { Bond } from './cluster-walk.js';
import { tiesOf, TIED } from './key-players-graph.js';

/** What lies around the ends of a question about paths. */
export interface Around {
  /** By entity that a way may lead through: everybody whom it is tied to, and the newest NOT_SAME_AS of the two. Hubs are not among them. */
  ties: ReadonlyMap<string, readonly Bond[]>;
  boundedBy?: 'entities' | 'time';
}

export interface PathBounds {
  relations: string[];
  /** Whoever is tied to more is an end of the walk: a way through an exchange that everybody calls says nothing. */
  tieLimit: number;
  /** Most entities around all ends together. */
  entityLimit: number;
}

/** Entities of one round trip. */
const FRONTIER = 1_000;
/** Of those in the middle any one that is no hub is enough, and most are none. */
const MIDDLES = 5;
/** A round trip costs as much as looking at so many: what the next ones need comes along. */
const ALONG = 20;

/** Places of two ends. */
export type Pair = readonly [from: number, to: number];

/** Walks step by step from each of the ends, and knows how far it has come. */
class Surroundings implements Around {
  readonly ties = new Map<string, readonly Bond[]>();
  boundedBy?: 'entities' | 'time';
  /** Steps from each end, by entity; in the order of the ends. */
  readonly distances: Map<string, number>[];
  /** Who stands as far from each end as the walk has come. */
  readonly edges: string[][];
  /** Steps that the walk has come from each end. */
  readonly depths: number[];
  private readonly seen = new Set<string>();
  private readonly known: Set<string>;

  constructor(
    private readonly reader: Reader,
    readonly ends: readonly string[],
    private readonly bounds: PathBounds,
    private readonly validity: Validity,
  ) {
    this.distances = ends.map((end) => new Map([[end, 0]]));
    this.edges = ends.map((end) => [end]);
    this.depths = ends.map(() => 0);
    this.known = new Set(ends);
  }

  /** Finds out whom these are tied to, as far as that is not known. */
  async look(ids: Iterable<string>): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.seen.has(id));
    for (let at = 0; at < unknown.length; at += FRONTIER) {
      if (this.reader.outOfTime()) this.boundedBy = 'time';
      if (this.boundedBy !== undefined) return;
      const frontier = unknown.slice(at, at + FRONTIER);
      const { relations, tieLimit: hubLimit } = this.bounds;
      for (const row of await this.reader.rows(TIED, { ...this.validity, frontier, relations, hubLimit }))
        if (!row.hub) this.ties.set(row.at, tiesOf(row));
      for (const id of frontier) this.seen.add(id);
    }
  }

  /** One step further from an end, whose edge was looked at; the last one only to those who stand around another end too. */
  step(end: number, isLast = false): void {
    const distances = this.distances[end]!;
    const depth = (this.depths[end]! += 1);
    const edge: string[] = [];
    for (const id of this.edges[end]!)
      for (const { id: other } of this.ties.get(id) ?? []) {
        if (distances.has(other) || (isLast && !this.known.has(other))) continue;
        if (!this.known.has(other) && this.known.size >= this.bounds.entityLimit) {
          this.boundedBy = 'entities';
          return;
        }
        this.known.add(other);
        distances.set(other, depth);
        edge.push(other);
      }
    this.edges[end] = edge;
  }

  isHub(id: string): boolean {
    return this.seen.has(id) && !this.ties.has(id);
  }

  /** How many of those looked at are tied to each of these. */
  private tiesOf(ids: readonly string[]): Map<string, number> {
    const counts = new Map(ids.map((id) => [id, 0]));
    if (ids.length > 1)
      for (const bonds of this.ties.values())
        for (const { id } of bonds) {
          const count = counts.get(id);
          if (count !== undefined) counts.set(id, count + 1);
        }
    return counts;
  }

  /** Whether a way joins two ends. Those who stand in the middle of one are looked at until somebody is no hub. */
  async areJoined([from, to]: Pair): Promise<boolean> {
    const [one, other] = [this.distances[from]!, this.distances[to]!];
    if (one.has(this.ends[to]!) || other.has(this.ends[from]!)) return true;
    const shared = this.edges[from]!.filter((id) => other.has(id) && !this.isHub(id));
    const tied = this.tiesOf(shared);
    // Whom fewer are tied to is less often a hub, which costs most to look at.
    const middle = shared.sort((one, another) => tied.get(one)! - tied.get(another)! || byText(one, another));
    for (let at = 0; at < middle.length; at += MIDDLES) {
      const some = middle.slice(at, at + MIDDLES);
      await this.look(some);
      if (some.some((id) => this.ties.has(id))) return true;
    }
    return false;
  }
}

/**
 * A way of `most` steps between two ends has its middle half as far from one of them, so no walk needs to go further; the
 * middle itself is looked at too, for it may be a hub.
 */
export async function walkAround(
  reader: Reader,
  ends: readonly string[],
  most: number,
  bounds: PathBounds,
  validity: Validity,
): Promise<Around> {
  const around = new Surroundings(reader, ends, bounds, validity);
  for (let step = 0; step <= most / 2 && around.boundedBy === undefined; step += 1) {
    const isMiddle = step === most / 2;
    const isWanted = (id: string): boolean => !isMiddle || around.distances.filter((each) => each.has(id)).length > 1;
    await around.look(around.edges.flat().filter(isWanted));
    for (const end of ends.keys()) if (around.boundedBy === undefined) around.step(end);
  }
  return around;
}

/**
 * As far as it takes to find a way of fewest steps between each two ends: a step from the end with the fewest at its edge, and
 * a look whether the two have met, until a longer way would have too many steps.
 */
export async function walkUntilJoined(
  reader: Reader,
  ends: readonly string[],
  pairs: readonly Pair[],
  most: number,
  bounds: PathBounds,
  validity: Validity,
): Promise<Around> {
  const around = new Surroundings(reader, ends, bounds, validity);
  await around.look(ends);
  let open = pairs.filter(([from, to]) => ends[from] !== ends[to]);
  while (around.boundedBy === undefined) {
    const [end] = open
      .flatMap((pair) => pair.filter((end, at) => mayStep(around, end, pair[1 - at]!, most)))
      .sort((one, other) => around.edges[one]!.length - around.edges[other]!.length || one - other);
    if (end === undefined) break;
    const along = open.flat().flatMap((each) => (around.edges[each]!.length > ALONG ? [] : around.edges[each]!));
    await around.look([...around.edges[end]!, ...along]);
    if (around.boundedBy !== undefined) break;
    const others = open.filter((pair) => pair.includes(end)).map(([from, to]) => (from === end ? to : from));
    around.step(
      end,
      others.every((other) => around.depths[end]! + 1 + around.depths[other]! >= most),
    );
    const still: Pair[] = [];
    for (const pair of open) if (!pair.includes(end) || !(await around.areJoined(pair))) still.push(pair);
    open = still;
  }
  return around;
}

/** From an end that is a hub nobody walks: the other one comes half of the way to it. */
function mayStep(around: Surroundings, end: number, other: number, most: number): boolean {
  if (around.edges[end]!.length === 0 || around.isHub(around.ends[end]!)) return false;
  if (around.isHub(around.ends[other]!)) return around.depths[end]! < most / 2;
  return around.edges[other]!.length > 0 && around.depths[end]! + around.depths[other]! < most;
}
