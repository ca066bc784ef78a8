import { entityOf, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import { saidRow, type SaidRow } from '../reading/statement-row.js';
import { HELD, type HeldRow } from './cluster-graph.js';
import { leadsOf, walk, type Bond, type ClusterBounds, type Looked, type Reached, type Walk } from './cluster-walk.js';

/** What binds the members of a cluster, and what is known of each. */

/** What is said between somebody and one whom it binds, as far as no parting of the two cancels it. */
export interface ClusterBond extends Bond {
  /** Newest first, seen from the one that led here. */
  said: readonly SaidRow[];
}

export interface ClusterMember extends Looked<ClusterBond> {
  entity: Entity;
  /** Whether its referrals, removals and partings are worth asking for. */
  noted: boolean;
}

export type ReachedMember = Reached<ClusterBond>;

/** Entities of one round trip: large enough that most clusters need one for each step from the seed. */
const FRONTIER = 1_000;
/** Statements of one entity that are looked at before they are ten times as many, by holder that is allowed: what makes a hub is seen in few. */
const STATEMENTS_FOR_A_HOLDER = 3;

/** Walks a cluster until the first `wanted` members have been looked at. */
export async function walkCluster(
  reader: Reader,
  seed: string,
  bounds: ClusterBounds,
  validity: Validity,
  {
    wanted = bounds.entityLimit,
    reached,
  }: { wanted?: number; reached?: (members: readonly ReachedMember[]) => void } = {},
): Promise<Walk<ClusterMember>> {
  const { relations, hubLimit, entityLimit } = bounds;
  const held = async (frontier: string[], told: string[], most: number): Promise<HeldRow[]> => {
    const rows = await reader.rows(HELD, { ...validity, frontier, told, relations, hubLimit, most });
    const cut = rows.filter((row) => row.cut).map(({ at }) => at);
    return cut.length === 0 ? rows : [...rows, ...(await held(cut, told, 10 * most))];
  };
  const look = async (frontier: readonly Reached[]): Promise<ClusterMember[]> => {
    const rows = await held(
      frontier.map(({ id }) => id),
      leadsOf(frontier),
      STATEMENTS_FOR_A_HOLDER * (hubLimit + 1),
    );
    return rows.map(memberOf);
  };
  return await walk(reader, seed, look, { wanted, entityLimit, frontier: FRONTIER, ...(reached && { reached }) });
}

function memberOf(row: HeldRow): ClusterMember {
  const { at, key, labels, hub, noted } = row;
  return { at, hub, noted, entity: entityOf(at, key, labels), bonds: bondsOf(row) };
}

/**
 * What a row binds: any binding relation but SAME_AS, or a SAME_AS that is newer than every NOT_SAME_AS of that pair. A
 * parting cancels its own pair only; both may still be members by another way, which the answer reports as a conflict.
 */
export function bondsOf({
  others,
  said,
  parted,
  partings,
}: Pick<HeldRow, 'others' | 'said' | 'parted' | 'partings'>): ClusterBond[] {
  const newest = new Map(parted.map((id, at) => [id, partings[at]!]));
  const bonds: { id: string; parted: number; said: SaidRow[] }[] = [];
  for (const [at, id] of others.entries()) {
    const row = saidRow(said[at]!);
    const until = newest.get(id) ?? 0;
    if (row.relation === 'SAME_AS' && row.pos <= until) continue;
    const last = bonds.at(-1);
    if (last?.id === id) last.said.push(row);
    else bonds.push({ id, parted: until, said: [row] });
  }
  return bonds;
}

/** Statements by relation and direction, in their order. */
export function linksIn(rows: readonly SaidRow[]): SaidRow[][] {
  const links: SaidRow[][] = [];
  for (const row of rows) {
    const link = links.find(([one]) => one?.relation === row.relation && one.outgoing === row.outgoing);
    if (link === undefined) links.push([row]);
    else link.push(row);
  }
  return links;
}
