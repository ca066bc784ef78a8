/**
 * Processor time of each process and server from /proc, so that a rate on shared cores can be told from work that moved
 * elsewhere. A server counts with all its children, also those that ended (PostgreSQL has one for each connection).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** Something whose work is counted: a process alone, or with everything below it. */
export interface CountedProcess {
  name: string;
  pid: () => number | undefined;
  withChildren: boolean;
}

/** Milliseconds of processor time by name. Empty where there is no /proc. */
export type ProcessorTimes = Record<string, number>;

interface Stat {
  parent: number;
  own: number;
  endedChildren: number;
}

const PARENT = 1;
const USER = 11;
const SYSTEM = 12;
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/** Reads one line of /proc/PID/stat. The name stands in brackets and may hold anything, so fields count from the last bracket. */
export function parseStat(line: string): Stat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    parent: number(PARENT),
    own: number(USER) + number(SYSTEM),
    endedChildren: number(CHILDREN_USER) + number(CHILDREN_SYSTEM),
  };
}

function readStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      stats.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'utf8')));
    } catch {
      // It ended between the listing and the reading; its parent has its time now.
    }
  }
  return stats;
}

function treeTicks(stats: Map<number, Stat>, root: number): number {
  const tree = [root];
  let ticks = 0;
  for (const pid of tree) {
    const stat = stats.get(pid);
    if (stat === undefined) continue;
    ticks += stat.own + stat.endedChildren;
    for (const [child, { parent }] of stats) if (parent === pid) tree.push(child);
  }
  return ticks;
}

export class ProcessorTime {
  private readonly tickMs: number | undefined;

  constructor(private readonly processes: readonly CountedProcess[]) {
    const ticks = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);
    this.tickMs = process.platform === 'linux' && ticks > 0 ? 1000 / ticks : undefined;
  }

  /** Processor time since each process began. */
  read(): ProcessorTimes {
    if (this.tickMs === undefined) return {};
    const stats = readStats();
    const times: ProcessorTimes = {};
    for (const { name, pid, withChildren } of this.processes) {
      const root = pid();
      if (root === undefined) continue;
      const ticks = withChildren ? treeTicks(stats, root) : (stats.get(root)?.own ?? 0);
      times[name] = (times[name] ?? 0) + ticks * this.tickMs;
    }
    return times;
  }

  /** What was spent since an earlier reading. */
  since(earlier: ProcessorTimes): ProcessorTimes {
    return Object.fromEntries(Object.entries(this.read()).map(([name, ms]) => [name, ms - (earlier[name] ?? 0)]));
  }
}
