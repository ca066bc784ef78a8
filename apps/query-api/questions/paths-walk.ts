import type { Reader, Validity } from '../reading/fetch.js';
import { bound, type Bond } from './cluster-walk.js';
import { TIED } from './key-players-graph.js';

/** What lies around the ends of a question about paths, walked from all of them at once, step by step. */
export interface Around {
  /** Steps from each end, by entity; in the order of the ends. */
  distances: Map<string, number>[];
  /** By entity that a way may lead through: everybody whom it is tied to, and the newest NOT_SAME_AS of the two. Hubs are not among them. */
  ties: Map<string, Bond[]>;
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

/**
 * A way of `most` steps between two ends has its middle half as far from one of them, so no walk needs to go further; the
 * middle itself is looked at too, for it may be a hub. `enough` is asked before each step: where only fewest steps count, what
 * has been met need not be walked around.
 */
export async function walkAround(
  reader: Reader,
  ends: readonly string[],
  most: number,
  bounds: PathBounds,
  validity: Validity,
  enough: (around: Around) => boolean,
): Promise<Around> {
  const around: Around = { distances: ends.map((end) => new Map([[end, 0]])), ties: new Map() };
  const known = new Set(ends);
  const seen = new Set<string>();
  for (let step = 0; step <= most / 2 && !enough(around); step += 1) {
    const edges = around.distances.map((distances) =>
      [...distances].filter(([, far]) => far === step).map(([id]) => id),
    );
    const isMiddle = step === most / 2;
    const unknown = [...new Set(edges.flat())].filter(
      (id) => !seen.has(id) && (!isMiddle || around.distances.filter((each) => each.has(id)).length > 1),
    );
    for (let at = 0; at < unknown.length; at += FRONTIER) {
      if (reader.outOfTime()) return { ...around, boundedBy: 'time' };
      const frontier = unknown.slice(at, at + FRONTIER);
      const params = { ...validity, frontier, relations: bounds.relations, hubLimit: bounds.tieLimit };
      for (const row of await reader.rows(TIED, params)) if (!row.hub) around.ties.set(row.at, bound(row));
      for (const id of frontier) seen.add(id);
    }
    for (const [end, edge] of edges.entries())
      for (const id of edge)
        for (const { id: other } of around.ties.get(id) ?? []) {
          if (around.distances[end]!.has(other)) continue;
          if (!known.has(other) && known.size >= bounds.entityLimit) return { ...around, boundedBy: 'entities' };
          known.add(other);
          around.distances[end]!.set(other, step + 1);
        }
  }
  return around;
}
