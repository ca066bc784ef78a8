/** An event as it was acknowledged, or as it came out at the end of the path. */
export interface Seen {
  id: string;
  stream: string;
  version: number;
}

export interface Faults {
  /** Acknowledged and never delivered. */
  lost: number;
  /** Delivered before an earlier version of its stream. */
  inverted: number;
  /** Delivered more than once. */
  doubled: number;
  /** Delivered and never acknowledged: rolled back, or made up. */
  invented: number;
}

export const NO_FAULTS: Faults = { lost: 0, inverted: 0, doubled: 0, invented: 0 };

/** What is wrong with what came out, in the order in which it came out. */
export function faultsOf(acknowledged: ReadonlyMap<string, Seen>, delivered: readonly Seen[]): Faults {
  const faults = { ...NO_FAULTS };
  const seen = new Set<string>();
  const last = new Map<string, number>();
  for (const { id, stream, version } of delivered) {
    if (seen.has(id)) {
      faults.doubled += 1;
      continue;
    }
    seen.add(id);
    if (!acknowledged.has(id)) faults.invented += 1;
    if (version < (last.get(stream) ?? 0)) faults.inverted += 1;
    last.set(stream, Math.max(version, last.get(stream) ?? 0));
  }
  for (const id of acknowledged.keys()) if (!seen.has(id)) faults.lost += 1;
  return faults;
}
