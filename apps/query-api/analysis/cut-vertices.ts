import type { Neighbourhoods } from './ties.js';

/**
 * Whom to take away to split it: for each entity the sizes of the parts that its component falls into without it, largest
 * first; one part where it holds nothing together. Tarjan's low points (1972), without recursion: a chain of thousands is no rarity.
 */
export function partsWithout({ starts, neighbours }: Neighbourhoods): number[][] {
  const size = starts.length - 1;
  const parts: number[][] = Array.from({ length: size }, () => []);
  const found = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const below = new Uint32Array(size);
  const parent = new Int32Array(size).fill(-1);
  const next = starts.slice(0, size);
  let time = 0;
  for (let root = 0; root < size; root += 1) {
    if (found[root] !== -1) continue;
    const members: number[] = [];
    const path = [root];
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      if (found[here] === -1) {
        found[here] = low[here] = time++;
        below[here] = 1;
        members.push(here);
      }
      if (next[here]! < starts[here + 1]!) {
        const other = neighbours[next[here]!++]!;
        if (found[other] === -1) {
          parent[other] = here;
          path.push(other);
        } else if (other !== parent[here]) low[here] = Math.min(low[here]!, found[other]!);
        continue;
      }
      path.pop();
      const up = parent[here]!;
      if (up === -1) continue;
      low[up] = Math.min(low[up]!, low[here]!);
      below[up]! += below[here]!;
      // Nothing below leads past `up`: without it this part stands alone.
      if (low[here]! >= found[up]!) parts[up]!.push(below[here]!);
    }
    for (const member of members) {
      const rest = members.length - 1 - parts[member]!.reduce((sum, part) => sum + part, 0);
      if (rest > 0) parts[member]!.push(rest);
      parts[member]!.sort((one, other) => other - one);
    }
  }
  return parts;
}
