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

interface Collected {
  rates: number[];
  cpu: ProcessorTimes[];
}

export interface TurnsOptions {
  cpu: ProcessorTime;
  label: string;
  say: (line: string) => void;
}

/** Measures sides and keeps what they did. */
export class Turns {
  private readonly collected = new Map<string, Collected>();

  constructor(private readonly options: TurnsOptions) {}

  /** One round of these sides, forwards or backwards. */
  async take(sides: readonly Side[], round: number): Promise<void> {
    const { label, say } = this.options;
    for (const side of inTurn(sides, round)) {
      const { events, seconds } = await this.measure(side, round);
      const rate = Math.round(events / seconds).toLocaleString('en');
      say(
        `${label}: round ${round + 1}: ${side.name} ${rate} events/s (${events.toLocaleString('en')} in ${seconds.toFixed(1)} s)`,
      );
    }
  }

  resultOf(side: Side): SideResult {
    const { rates, cpu } = this.collected.get(side.name) ?? { rates: [], cpu: [] };
    const names = new Set(cpu.flatMap((times) => Object.keys(times)));
    const cpuMsPerEvent = Object.fromEntries(
      [...names].map((process) => [process, median(cpu.map((times) => times[process] ?? 0))]),
    );
    return { name: side.name, rate: figureOf(rates), rates, cpuMsPerEvent };
  }

  private async measure(side: Side, round: number): Promise<Work> {
    const { cpu } = this.options;
    await side.prepare?.(round);
    const cpuBefore = cpu.read();
    const start = performance.now();
    const result = await side.run(round);
    const work: Work = { seconds: (performance.now() - start) / 1000, ...result };
    const spent = cpu.since(cpuBefore);
    const kept = this.collected.get(side.name) ?? { rates: [], cpu: [] };
    this.collected.set(side.name, kept);
    kept.rates.push(work.events / work.seconds);
    kept.cpu.push(Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, ms / work.events])));
    await side.after?.(round);
    return work;
  }
}

/** Rounds until there are enough; fewer, with a note, when the next one would not fit into the time. Returns how many. */
export async function roundsWithin(
  budget: Budget,
  options: { rounds?: number; label: string; say: (line: string) => void },
  one: (round: number) => Promise<void>,
): Promise<number> {
  const wanted = options.rounds ?? ROUNDS;
  let longest = 0;
  for (let round = 0; round < wanted; round++) {
    if (round > 0 && budget.leftSeconds() < longest) {
      const left = Math.max(0, budget.leftSeconds()).toFixed(0);
      const note = `${options.label}: ${round} rounds instead of ${wanted}, because the next one (about ${longest.toFixed(0)} s) would not fit into the ${left} s that are left`;
      budget.note(note);
      options.say(note);
      return round;
    }
    const before = budget.usedSeconds();
    await one(round);
    longest = Math.max(longest, budget.usedSeconds() - before);
  }
  return wanted;
}

export interface RoundsOptions extends TurnsOptions {
  sides: readonly Side[];
  budget: Budget;
  rounds?: number;
}

/** All rounds of one comparison. */
export async function byTurns({ sides, budget, ...options }: RoundsOptions): Promise<Map<string, SideResult>> {
  const turns = new Turns(options);
  await roundsWithin(budget, options, (round) => turns.take(sides, round));
  return new Map(sides.map((side) => [side.name, turns.resultOf(side)]));
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
