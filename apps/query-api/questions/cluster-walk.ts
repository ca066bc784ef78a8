import type { Reader } from '../reading/fetch.js';

/**
 * Breadth first from the seed, frontier by frontier. The order of the members (by the member that led to them, then by id)
 * rests on visible statements only and is the same however small the pages are.
 */

/** How far a network is followed. */
export interface ClusterBounds {
  /** Relations that bind. */
  relations: string[];
  /** An entity with more visible holders, or a demoted one, is a member, but the walk does not go through it. */
  hubLimit: number;
  /** Most members, over all pages. */
  entityLimit: number;
}

/** Somebody whom somebody is bound to. */
export interface Bond {
  id: string;
  /** Newest NOT_SAME_AS of the two: SAME_AS statements up to it are cancelled. */
  parted: number;
}

/** What is known of an entity once it has been looked at. */
export interface Looked<Known extends Bond = Bond> {
  at: string;
  hub: boolean;
  /** By id; of a hub none. */
  bonds: readonly Known[];
}

export interface Reached<Known extends Bond = Bond> {
  id: string;
  /** Steps from the seed. */
  distance: number;
  /** The member that led to it, and by what; absent for the seed. */
  through?: string;
  bond?: Known;
}

/** Looks at some members, of whom those that led to them were looked at before. */
export type Look<One extends Looked> = (frontier: readonly Reached<BondOf<One>>[]) => Promise<One[]>;

export type BondOf<One extends Looked> = One['bonds'][number];

export interface Walk<One extends Looked> {
  members: Reached<BondOf<One>>[];
  /** By id, those that were looked at: all members up to the wanted ones, where the time did not end before. */
  looked: Map<string, One>;
  /** What ended the walk before the cluster did. */
  boundedBy?: 'entities' | 'time';
}

interface Gait<One extends Looked> {
  /** Members that have to be known together with what they are bound to. */
  wanted: number;
  /** Most members. */
  entityLimit: number;
  /** Most entities of one round trip. */
  frontier: number;
  /** Told after each round trip whom the walk has reached; none of them changes its place. */
  reached?: (members: readonly Reached<BondOf<One>>[]) => void;
}

/** Those that led to somebody, each once. */
export function leadsOf(members: readonly Reached[]): string[] {
  return [...new Set(members.flatMap(({ through }) => through ?? []))];
}

/** Walks until the first `wanted` members have been looked at, or until there are no more. */
export async function walk<One extends Looked>(
  reader: Pick<Reader, 'outOfTime'>,
  seed: string,
  look: Look<One>,
  { wanted, entityLimit, frontier: most, reached }: Gait<One>,
): Promise<Walk<One>> {
  const members: Reached<BondOf<One>>[] = [{ id: seed, distance: 0 }];
  const known = new Set([seed]);
  const looked = new Map<string, One>();
  let boundedBy: Walk<One>['boundedBy'];
  for (let next = 0; next < Math.min(members.length, wanted);) {
    if (reader.outOfTime()) return { members, looked, boundedBy: 'time' };
    const frontier = members.slice(next, Math.min(next + most, wanted));
    for (const one of await look(frontier)) looked.set(one.at, one);
    for (const { id: through, distance } of frontier)
      for (const bond of looked.get(through)?.bonds ?? []) {
        if (known.has(bond.id)) continue;
        if (members.length >= entityLimit) {
          boundedBy = 'entities';
          break;
        }
        known.add(bond.id);
        members.push({ id: bond.id, distance: distance + 1, through, bond });
      }
    next += frontier.length;
    reached?.(members);
  }
  return { members, looked, ...(boundedBy === undefined ? {} : { boundedBy }) };
}
