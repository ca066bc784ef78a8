/** A hand-written writer as a side: each round writes the workload, or its beginning, as a part of its own. */
import type { Side } from '../harness/rounds.js';
import { rowsOfPart, type GraphRow } from './graph-rows.js';
import type { PartToDigest } from './part-digest.js';
import type { GraphWriter } from './set-based-writers.js';

export interface WriterSide {
  side: Side;
  lastPart(): PartToDigest;
  close(): Promise<void>;
}

export function writerSide(writer: GraphWriter, rows: readonly GraphRow[], newPart: () => number): WriterSide {
  let own: GraphRow[] = [];
  const side: Side = {
    name: writer.name,
    prepare: () => {
      own = rowsOfPart(rows, newPart());
      return Promise.resolve();
    },
    run: async () => {
      await writer.write(own);
      return { events: own.length };
    },
  };
  return {
    side,
    lastPart: () => ({ subjects: own.map(({ subject }) => subject.id), positionsAfter: 0, events: own.length }),
    close: () => writer.close(),
  };
}
