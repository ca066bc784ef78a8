import { locate, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import type { Reading } from '../terms/seed.js';
import { walkCluster } from '../questions/cluster-bonds.js';
import type { ClusterBounds } from '../questions/cluster-walk.js';

/** A cluster held against what it would be if some statements had never been made. */
export interface ClusterAfterwards {
  found: boolean;
  entity?: Entity;
  members?: number;
  /** Who would not belong to it any more, and who only then would: a parting may fall too. By id, at most 500 each. */
  leave?: Entity[];
  join?: Entity[];
  /** Of all who would. */
  leaving?: number;
  joining?: number;
  /** One of the two clusters was not walked to its end. */
  boundedBy?: 'entities' | 'time';
}

const SHOWN_OF_A_CLUSTER = 500;

/** The same walk twice, the second time as if nothing of all that had been said. */
export async function clusterWithout(
  reader: Reader,
  seed: readonly Reading[],
  positions: readonly number[],
  { bounds, validity }: { bounds: ClusterBounds; validity: Validity },
): Promise<ClusterAfterwards> {
  const [entity] = await locate(reader, seed);
  if (entity === undefined) return { found: false };
  const walked = (by: Reader) => walkCluster(by, entity.id, bounds, validity);
  const [now, then] = [await walked(reader), await walked(reader.without(positions))];
  const [before, after] = [now, then].map(({ members }) => new Set(members.map(({ id }) => id))) as [
    Set<string>,
    Set<string>,
  ];
  const leaving = [...before].filter((id) => !after.has(id)).sort();
  const joining = [...after].filter((id) => !before.has(id)).sort();
  const named = async (ids: readonly string[]): Promise<Entity[]> =>
    locate(
      reader,
      ids.slice(0, SHOWN_OF_A_CLUSTER).map((id) => ({ id })),
    );
  const boundedBy = now.boundedBy ?? then.boundedBy;
  return {
    found: true,
    entity,
    members: before.size,
    leave: await named(leaving),
    join: await named(joining),
    leaving: leaving.length,
    joining: joining.length,
    ...(boundedBy === undefined ? {} : { boundedBy }),
  };
}
