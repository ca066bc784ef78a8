import type { TransportRecord } from '#kafka';

/** How a transport may treat records without breaking its promise: at least once, each partition in its order. */
export interface Mishaps {
  /** Of a hundred records, after how many a partition is brought again from somewhere before. */
  repeats?: number;
  /** Of a hundred records, how many never arrive. */
  losses?: number;
}

/** One of the orders in which the records of several partitions can reach a reader. */
export function interleave(
  partitions: ReadonlyMap<string, readonly TransportRecord[]>,
  draw: (below: number) => number,
  { repeats = 0, losses = 0 }: Mishaps = {},
): TransportRecord[] {
  const open = [...partitions.values()].map((records) => ({ records, next: 0 }));
  const order: TransportRecord[] = [];
  for (let left = open.filter(hasMore); left.length > 0; left = open.filter(hasMore)) {
    const one = left[draw(left.length)] as (typeof open)[number];
    const record = one.records[one.next++];
    if (record !== undefined && draw(100) >= losses) order.push(record);
    if (draw(100) < repeats) one.next -= draw(one.next + 1);
  }
  return order;
}

function hasMore({ records, next }: { records: readonly TransportRecord[]; next: number }): boolean {
  return next < records.length;
}
