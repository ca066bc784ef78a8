/**
 * Before anything is measured: a fresh Neo4j writes half as fast as it does after some 700,000 events, and Node's processes
 * compile their code in their first seconds. All forms of writing take part, so none comes to the first round cold.
 */
import type { Budget } from '../harness/budget.js';
import { graphRows } from './graph-rows.js';
import { perRow, textbook } from './one-by-one-writers.js';
import type { Bed } from './bed.js';
import { projectorSide } from './projector-side.js';
import { mergeMergeCreate, parameterLists, twoSessions } from './set-based-writers.js';
import { writerSide } from './writer-side.js';

const EVENTS_PER_ROUND_EVENT = 10;
const MOST_EVENTS = 700_000;
const EVENTS_AT_ONCE = 10_000;
const PER_ROW_EVENTS = 5_000;
const TEXTBOOK_EVENTS = 200;
/** At most this share of the time; a slow machine then measures a server that is less warm, and the report says so. */
const SHARE = 0.2;
const SEED = 11;

export async function warmUp(
  bed: Bed,
  eventsOfARound: number,
  budget: Budget,
  say: (line: string) => void,
): Promise<void> {
  const wanted = Math.min(MOST_EVENTS, eventsOfARound * EVENTS_PER_ROUND_EVENT);
  const size = Math.min(EVENTS_AT_ONCE, wanted);
  const until = budget.usedSeconds() + budget.seconds * SHARE;
  const started = budget.usedSeconds();
  say(`warming up: ${wanted.toLocaleString('en')} events by all writers in turn`);
  const workload = { workload: 'zipf', events: size, seed: SEED } as const;
  const rows = graphRows(workload, bed.secret);
  const set = [mergeMergeCreate, parameterLists, twoSessions].map((make) =>
    writerSide(make(bed.driver), rows, bed.newPart),
  );
  const slow = [
    writerSide(perRow(bed.driver), rows.slice(0, PER_ROW_EVENTS), bed.newPart),
    writerSide(textbook(bed.driver), rows.slice(0, TEXTBOOK_EVENTS), bed.newPart),
  ];
  const sides = [projectorSide(bed, workload, rows).side, ...set.map(({ side }) => side)];
  let written = 0;
  for (let turn = 0; written < wanted && budget.usedSeconds() < until; turn++) {
    const side = sides[turn % sides.length] as (typeof sides)[0];
    await side.prepare?.(turn);
    const { events } = await side.run(turn);
    written += events;
  }
  for (const { side } of slow) {
    await side.prepare?.(0);
    await side.run(0);
  }
  await Promise.all([...set, ...slow].map((each) => each.close()));
  const said = `${written.toLocaleString('en')} events in ${(budget.usedSeconds() - started).toFixed(0)} s`;
  say(`warmed up: ${said}`);
  if (written < wanted) budget.note(`warmed up with ${said}; ${wanted.toLocaleString('en')} were wanted`);
}
