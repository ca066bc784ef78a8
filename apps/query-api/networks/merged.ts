import { entityOf, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import { PARTS } from './network-graph.js';

/** Networks whose members count as members, because they are part of the network or of a part of it. */
export interface Merged {
  /** In the order in which they were reached, the network itself not among them. */
  parts: { entity: Entity; partOf: string }[];
  boundedBy?: 'networks' | 'time';
}

/** Most networks of one card. More than this many merged into each other is no network that anybody could work with. */
export const MOST_NETWORKS = 200;

/** Level by level, each network once: a merger in a circle, of which somebody may see a part only, ends by itself. */
export async function mergedInto(reader: Reader, network: string, validity: Validity): Promise<Merged> {
  const known = new Set([network]);
  const parts: Merged['parts'] = [];
  for (let level = [network]; level.length > 0;) {
    if (reader.outOfTime()) return { parts, boundedBy: 'time' };
    const next: string[] = [];
    for (const { whole, part, key, labels } of await reader.rows(PARTS, { ids: level, ...validity })) {
      const entity = entityOf(part, key, labels);
      if (entity.kind !== 'network' || known.has(part)) continue;
      if (known.size >= MOST_NETWORKS) return { parts, boundedBy: 'networks' };
      known.add(part);
      parts.push({ entity, partOf: whole });
      next.push(part);
    }
    level = next;
  }
  return { parts };
}
