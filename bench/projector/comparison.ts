/** All writers on one workload, by turns on the same warm servers, and whether they made the same graph. */
import type { Budget } from '../harness/budget.js';
import { byTurns, type Side, type SideResult } from '../harness/rounds.js';
import type { WorkloadName } from '../workload/pairs.js';
import { graphRows } from './graph-rows.js';
import { perRow, textbook } from './one-by-one-writers.js';
import { partDigest, type PartDigest, type PartToDigest } from './part-digest.js';
import type { Bed } from './bed.js';
import { projectorSide } from './projector-side.js';
import { mergeMergeCreate, parameterLists, twoSessions } from './set-based-writers.js';
import { writerSide } from './writer-side.js';

const SEED = 7;
/** The slow ones write the beginning of the workload only. */
const PER_ROW_SHARE = 1 / 5;
const TEXTBOOK_SHARE = 1 / 140;

export interface Comparison {
  workload: WorkloadName;
  sides: SideResult[];
  projector: SideResult;
  /** The fastest of the three set-based writers in this run. */
  best: SideResult;
  perRow: SideResult;
  textbook: SideResult;
  digests: Record<string, PartDigest>;
  digestsEqual: boolean;
}

export interface ComparisonOptions {
  workload: WorkloadName;
  events: number;
  rounds: number | undefined;
}

interface Taking {
  side: Side;
  lastPart(): PartToDigest;
}

export async function compareOn(
  bed: Bed,
  { workload, events, rounds }: ComparisonOptions,
  budget: Budget,
  say: (line: string) => void,
): Promise<Comparison> {
  const described = { workload, events, seed: SEED };
  const rows = graphRows(described, bed.secret);
  const beginning = (share: number) => rows.slice(0, Math.ceil(events * share));
  const projector = projectorSide(bed, described, rows);
  const raws = [mergeMergeCreate, parameterLists, twoSessions].map((make) =>
    writerSide(make(bed.driver), rows, bed.newPart),
  );
  const perRowSide = writerSide(perRow(bed.driver), beginning(PER_ROW_SHARE), bed.newPart);
  const textbookSide = writerSide(textbook(bed.driver), beginning(TEXTBOOK_SHARE), bed.newPart);
  const writers = [...raws, perRowSide, textbookSide];
  const taking: Taking[] = [projector, ...writers];
  const digests = new Map<string, PartDigest>();
  const sides = taking.map((each) => withDigest(each, bed, digests));
  const results = await byTurns({ sides, budget, cpu: bed.cpu, label: workload, say, rounds });
  const digestsEqual = await sameGraph({ bed, projector, taking, digests, budget, workload });
  await Promise.all(writers.map((each) => each.close()));
  const of = (each: Taking): SideResult => results.get(each.side.name) as SideResult;
  return {
    workload,
    sides: taking.map(of),
    projector: of(projector),
    best: raws.map(of).reduce((one, other) => (other.rate.median > one.rate.median ? other : one)),
    perRow: of(perRowSide),
    textbook: of(textbookSide),
    digests: Object.fromEntries(digests),
    digestsEqual,
  };
}

/** The graph of the first round is read back, untimed. */
function withDigest({ side, lastPart }: Taking, bed: Bed, digests: Map<string, PartDigest>): Side {
  return {
    ...side,
    after: async (round) => {
      if (round === 0) digests.set(side.name, await partDigest(bed.driver, lastPart()));
    },
  };
}

interface Sameness {
  bed: Bed;
  projector: Taking;
  taking: readonly Taking[];
  digests: Map<string, PartDigest>;
  budget: Budget;
  workload: WorkloadName;
}

/** Whole graphs with the projector's whole one, beginnings with its beginning. */
async function sameGraph({ bed, projector, taking, digests, budget, workload }: Sameness): Promise<boolean> {
  let equal = true;
  const whole = projector.lastPart();
  const ofProjector = new Map([[whole.events, digests.get(projector.side.name)]]);
  for (const { side, lastPart } of taking) {
    const { events } = lastPart();
    if (!ofProjector.has(events))
      ofProjector.set(events, await partDigest(bed.driver, { ...projector.lastPart(), events }));
    const [its, expected] = [digests.get(side.name), ofProjector.get(events)];
    if (its?.digest === expected?.digest && its?.relationships === events) continue;
    equal = false;
    budget.note(
      `${workload}: ${side.name} made another graph of the first ${events} events: ${its?.relationships ?? 0} relationships with digest ${its?.digest ?? 'none'} in place of ${expected?.digest ?? 'none'}`,
    );
  }
  return equal;
}
