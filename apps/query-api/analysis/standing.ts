import { betweennessOf } from './betweenness.js';
import { partsWithout } from './cut-vertices.js';
import { neighbourhoodsOf, type Ties } from './ties.js';

/** How an entity stands among those that it is tied to. */
export interface Standing {
  /** Entities that it is tied to directly. */
  degree: number;
  /** Pairs of others whose shortest ways lead through it. */
  betweenness: number;
  /** Sizes of the parts that are left without it, largest first. More than one: it holds them together. */
  parts: number[];
}

/** Of each entity, by its number. Pure, and slow for thousands: what answers people runs it in another thread. */
export function standingsOf(ties: Ties): Standing[] {
  const neighbourhoods = neighbourhoodsOf(ties);
  const between = betweennessOf(neighbourhoods);
  return partsWithout(neighbourhoods).map((parts, n) => ({
    degree: neighbourhoods.starts[n + 1]! - neighbourhoods.starts[n]!,
    betweenness: between[n]!,
    parts,
  }));
}
