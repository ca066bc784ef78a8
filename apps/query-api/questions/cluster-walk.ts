import type { Fetch, Reader, Validity } from '../reading/fetch.js';
import { HELD, type FrontierParams, type HeldRow } from './cluster-graph.js';

/**
 * Breadth first from the seed, frontier by frontier. The order of the members (by the member that led to them, then by id)
 * rests on visible statements only and is the same however small the pages are.
 */

export interface ClusterBounds {
  /** Relations that bind; a part of BINDING_RELATIONS. */
  relations: string[];
  /** An entity with more visible holders, or a demoted one, is a member, but the walk does not go through it. */
  hubLimit: number;
  /** Most members of a cluster, over all pages. */
  entityLimit: number;
}

/** Entities of one round trip: large enough that most clusters need one for each step from the seed. */
const FRONTIER = 1_000;

/** What a walk may differ in. */
export interface Gait {
  /** What it goes along; a cluster's bonds where it is left out. */
  fetch?: Fetch<FrontierParams, HeldRow>;
  /** Most entities of one round trip. */
  frontier?: number;
  /** Told after each round whom it has reached. */
  reached?: (members: readonly Reached[]) => void;
}

export interface Reached {
  id: string;
  /** Steps from the seed. */
  distance: number;
  /** The member that led to it; absent for the seed. */
  through?: string;
  /** Newest NOT_SAME_AS of the two: SAME_AS statements up to it are cancelled. */
  parted: number;
  hub: boolean;
}

/** Whom somebody is bound to, and the newest NOT_SAME_AS of the two. */
export interface Bond {
  id: string;
  parted: number;
}

export interface Walk {
  members: Reached[];
  /** By member that the walk went through: everybody whom it is bound to, members or not. */
  bonds: Map<string, Bond[]>;
  /** What ended the walk before the cluster did. */
  boundedBy?: 'entities' | 'time';
}

/** Walks until the first `wanted` members are known together with whether they are hubs, or until there are no more. */
export async function walk(
  reader: Reader,
  seed: string,
  wanted: number,
  bounds: ClusterBounds,
  validity: Validity,
  { fetch = HELD, frontier: most = FRONTIER, reached }: Gait = {},
): Promise<Walk> {
  const members: Reached[] = [{ id: seed, distance: 0, parted: 0, hub: false }];
  const known = new Set([seed]);
  const bonds = new Map<string, Bond[]>();
  let boundedBy: Walk['boundedBy'];
  for (let next = 0; next < Math.min(members.length, wanted);) {
    if (reader.outOfTime()) return { members, bonds, boundedBy: 'time' };
    const frontier = members.slice(next, Math.min(next + most, wanted));
    const held = await reader.rows(fetch, {
      ...validity,
      frontier: frontier.map(({ id }) => id),
      relations: bounds.relations,
      hubLimit: bounds.hubLimit,
    });
    const byId = new Map(held.map((row) => [row.at, row]));
    for (const member of frontier) {
      const row = byId.get(member.id);
      if (row === undefined) continue;
      member.hub = row.hub;
      const others = bound(row);
      bonds.set(member.id, others);
      for (const other of others) {
        if (known.has(other.id)) continue;
        if (members.length >= bounds.entityLimit) {
          boundedBy = 'entities';
          break;
        }
        known.add(other.id);
        members.push({ ...other, distance: member.distance + 1, through: member.id, hub: false });
      }
    }
    next += frontier.length;
    reached?.(members);
  }
  return { members, bonds, ...(boundedBy === undefined ? {} : { boundedBy }) };
}

/**
 * What a row binds: any binding relation but SAME_AS, or a SAME_AS that is newer than every NOT_SAME_AS of that pair. A
 * parting cancels its own pair only; both may still be members by another way, which the answer reports as a conflict.
 */
export function bound({ others, doubted, same, notSame, binding }: HeldRow): Bond[] {
  if (doubted.length === 0) return others.map((id) => ({ id, parted: 0 }));
  const places = new Map(doubted.map((id, at) => [id, at]));
  return others.flatMap((id): Bond[] => {
    const at = places.get(id);
    if (at === undefined) return [{ id, parted: 0 }];
    const pair = { parted: notSame[at] ?? 0, same: same[at] ?? 0, binding: binding[at] ?? 0 };
    return pair.binding > 0 || pair.same > pair.parted ? [{ id, parted: pair.parted }] : [];
  });
}
