/**
 * Sides of a comparison by turns, forwards and then backwards (A B B A): whatever drifts over the run (a server that warms up,
 * a disk that fills, a neighbour that wakes) meets both sides alike.
 */
import type { Budget } from './budget.js';
import type { ProcessorTime, ProcessorTimes } from './processor-time.js';
import { figureOf, median, type Figure } from './figures.js';

export const ROUNDS = 5;

/** What one side did in one round. */
export interface Work {
  events: number;
  seconds: number;
}

export interface Side {
  name: string;
  /** Untimed: fresh keys, filled topics. */
  prepare?(round: number): Promise<void>;
  /** Timed by the side itself where only a part of it counts, else by the harness. */
  run(round: number): Promise<Work | { events: number }>;
  /** Untimed: what has to be looked at afterwards. */
  after?(round: number): Promise<void>;
}

export interface SideResult {
  name: string;
  /** Events per second. */
  rate: Figure;
  rates: number[];
  /** Median of processor milliseconds for one event, by process. */
  cpuMsPerEvent: Record<string, number>;
}

export interface RoundsOptions {
  sides: readonly Side[];
  budget: Budget;
  cpu: ProcessorTime;
  rounds?: number;
  label: string;
  say: (line: string) => void;
}

interface Collected {
  rates: number[];
  cpu: ProcessorTimes[];
}

/** Runs the rounds; fewer, with a note, when the next one would not fit into the budget. */
export async function byTurns(options: RoundsOptions): Promise<Map<string, SideResult>> {
  const { sides, budget, label, say } = options;
  const wanted = options.rounds ?? ROUNDS;
  const collected = new Map<string, Collected>(sides.map(({ name }) => [name, { rates: [], cpu: [] }]));
  let longest = 0;
  let done = 0;
  for (; done < wanted; done++) {
    if (done > 0 && budget.leftSeconds() < longest) {
      const note = `${label}: ${done} rounds instead of ${wanted}, because the next one (about ${longest.toFixed(0)} s) would not fit into the time that is left (${budget.leftSeconds().toFixed(0)} s)`;
      budget.note(note);
      say(note);
      break;
    }
    const before = budget.usedSeconds();
    for (const side of inTurn(sides, done)) {
      const work = await measure(side, done, options.cpu, collected);
      say(
        `${label}: round ${done + 1} of ${wanted}: ${side.name} ${Math.round(work.events / work.seconds).toLocaleString('en')} events/s (${work.events.toLocaleString('en')} in ${work.seconds.toFixed(1)} s)`,
      );
    }
    longest = Math.max(longest, budget.usedSeconds() - before);
  }
  return new Map([...collected].map(([name, { rates, cpu }]) => [name, summary(name, rates, cpu)]));
}

/**
 * How much faster one side is than another, round by round: what slowed a whole round down does not show in it. Rounds that
 * only one of them did are left out.
 */
export function ratioOf(one: SideResult, other: SideResult): Figure {
  const rounds = Math.min(one.rates.length, other.rates.length);
  return figureOf(one.rates.slice(0, rounds).map((rate, round) => rate / (other.rates[round] as number)));
}

/** Forwards in even rounds, backwards in odd ones. */
export function inTurn<T>(sides: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? sides : sides.toReversed();
}

async function measure(side: Side, round: number, cpu: ProcessorTime, into: Map<string, Collected>): Promise<Work> {
  await side.prepare?.(round);
  const cpuBefore = cpu.read();
  const start = performance.now();
  const result = await side.run(round);
  const work: Work = { seconds: (performance.now() - start) / 1000, ...result };
  const spent = cpu.since(cpuBefore);
  const perEvent = Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, ms / work.events]));
  into.get(side.name)?.rates.push(work.events / work.seconds);
  into.get(side.name)?.cpu.push(perEvent);
  await side.after?.(round);
  return work;
}

function summary(name: string, rates: number[], cpu: ProcessorTimes[]): SideResult {
  const names = new Set(cpu.flatMap((times) => Object.keys(times)));
  const cpuMsPerEvent = Object.fromEntries(
    [...names].map((process) => [process, median(cpu.map((times) => times[process] ?? 0))]),
  );
  return { name, rate: figureOf(rates), rates, cpuMsPerEvent };
}
