import type { LogWrites } from '#event-log';
import { keepBasis } from '../assertions/basis.js';

/** Remembers that a copy rests on its original, as for anything derived. */
export function keepCopyBasis(write: LogWrites, copy: string, item: string): Promise<void> {
  const streams = new Map([[item, `assertion-${item}`]]);
  return keepBasis(write, [{ stream: `assertion-${copy}`, basis: [item] }], { markings: new Map(), streams });
}
