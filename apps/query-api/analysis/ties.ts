/** Who is tied to whom, as numbers: small enough to hand to another thread, and quick to walk. */
export interface Ties {
  /** Entities, numbered from 0. */
  size: number;
  /** Ends of each tie, two after two. */
  ends: Uint32Array;
}

/** For each entity its neighbours in a row: those of `n` stand from `starts[n]` up to `starts[n + 1]`. */
export interface Neighbourhoods {
  starts: Uint32Array;
  neighbours: Uint32Array;
}

/** A tie counts once, however often it was said and from whichever end; nobody is tied to themselves. */
export function neighbourhoodsOf({ size, ends }: Ties): Neighbourhoods {
  const both = new Set<number>();
  for (let at = 0; at < ends.length; at += 2) {
    const [one, other] = [ends[at]!, ends[at + 1]!];
    if (one !== other) both.add(Math.min(one, other) * size + Math.max(one, other));
  }
  const starts = new Uint32Array(size + 1);
  for (const pair of both) {
    starts[Math.floor(pair / size) + 1]! += 1;
    starts[(pair % size) + 1]! += 1;
  }
  for (let n = 0; n < size; n += 1) starts[n + 1]! += starts[n]!;
  const filled = starts.slice(0, size);
  const neighbours = new Uint32Array(both.size * 2);
  for (const pair of both) {
    const [one, other] = [Math.floor(pair / size), pair % size];
    neighbours[filled[one]!++] = other;
    neighbours[filled[other]!++] = one;
  }
  return { starts, neighbours };
}
