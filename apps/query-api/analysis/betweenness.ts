import type { Neighbourhoods } from './ties.js';

/**
 * Exact betweenness: for each entity the number of pairs of others whose shortest ways lead through it, a pair with several
 * shortest ways counting by their share. Brandes' algorithm (2001), unweighted: one breadth-first search from everybody.
 */
export function betweennessOf({ starts, neighbours }: Neighbourhoods): Float64Array {
  const size = starts.length - 1;
  const between = new Float64Array(size);
  const distance = new Int32Array(size);
  const ways = new Float64Array(size);
  const share = new Float64Array(size);
  const order = new Uint32Array(size);
  for (let source = 0; source < size; source += 1) {
    distance.fill(-1);
    ways.fill(0);
    share.fill(0);
    distance[source] = 0;
    ways[source] = 1;
    order[0] = source;
    let reached = 1;
    for (let at = 0; at < reached; at += 1) {
      const here = order[at]!;
      for (let next = starts[here]!; next < starts[here + 1]!; next += 1) {
        const other = neighbours[next]!;
        if (distance[other] === -1) {
          distance[other] = distance[here]! + 1;
          order[reached++] = other;
        }
        if (distance[other] === distance[here]! + 1) ways[other]! += ways[here]!;
      }
    }
    for (let at = reached - 1; at > 0; at -= 1) {
      const here = order[at]!;
      for (let next = starts[here]!; next < starts[here + 1]!; next += 1) {
        const before = neighbours[next]!;
        if (distance[before] === distance[here]! - 1)
          share[before]! += (ways[before]! / ways[here]!) * (1 + share[here]!);
      }
      between[here]! += share[here]!;
    }
  }
  // Each pair was seen from both of its ends.
  return between.map((value) => value / 2);
}
