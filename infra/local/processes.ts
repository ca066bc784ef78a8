/**
 * Facts about processes of this machine, and signals to whole trees of them. A process is recognised by its number together
 * with its start time, or by an exact argument of its command line: a number alone may belong to somebody else by now.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessFacts {
  pid: number;
  parent: number;
  startTime: string;
  /** A zombie has ended and only waits for its parent to notice. */
  ended: boolean;
}

const POLL_MS = 20;
export const KILL_WITHIN_MS = 10_000;
const hasProc = existsSync('/proc/self/stat');

function factsFromProc(pid: number): ProcessFacts | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it ended
  }
  // The name stands in brackets and may contain anything, so fields are counted from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(fields[1]), startTime: fields[19] ?? '', ended: fields[0] === 'Z' || fields[0] === 'X' };
}

function factsFromPs(): ProcessFacts[] {
  const listing = spawnSync('ps', ['-axo', 'pid=,ppid=,stat=,lstart='], { encoding: 'utf8' }).stdout;
  return listing
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [pid, parent, state = '', ...started] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), startTime: started.join(' '), ended: state.startsWith('Z') };
    });
}

function allProcesses(): ProcessFacts[] {
  if (!hasProc) return factsFromPs();
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.map((name) => factsFromProc(Number(name))).filter((facts) => facts !== undefined);
}

/** What is known of a running process; undefined when there is none of that number, or it has ended. */
export function processFacts(pid: number): ProcessFacts | undefined {
  const facts = hasProc ? factsFromProc(pid) : factsFromPs().find((candidate) => candidate.pid === pid);
  return facts === undefined || facts.ended ? undefined : facts;
}

/** The arguments that a process was started with, each ended by a zero; empty when it ended or may not be looked at. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Running processes that were started with exactly this argument (say, the path of a data folder). */
export function processesStartedWith(argument: string): number[] {
  if (hasProc) {
    const running = allProcesses().filter((facts) => !facts.ended && facts.pid !== process.pid);
    return running.map((facts) => facts.pid).filter((pid) => `\0${commandLine(pid)}`.includes(`\0${argument}\0`));
  }
  const listing = spawnSync('ps', ['-wwaxo', 'pid=,args='], { encoding: 'utf8' }).stdout.split('\n');
  const found = listing.filter((line) => `${line} `.includes(` ${argument} `)).map((line) => Number.parseInt(line, 10));
  return found.filter((pid) => pid !== process.pid);
}

/** Running processes that were started with a path below this folder. */
export function processesStartedBelow(folder: string): number[] {
  const inside = `${folder}/`;
  if (!hasProc) {
    const listing = spawnSync('ps', ['-wwaxo', 'pid=,args='], { encoding: 'utf8' }).stdout.split('\n');
    return listing.filter((line) => line.includes(inside)).map((line) => Number.parseInt(line, 10));
  }
  const running = allProcesses().filter((facts) => !facts.ended && facts.pid !== process.pid);
  return running.map((facts) => facts.pid).filter((pid) => commandLine(pid).includes(inside));
}

/** The process and everything below it, parents first. PostgreSQL's workers are groups of their own, so a group is not enough. */
export function processTree(pid: number): number[] {
  const everything = allProcesses().filter((facts) => !facts.ended);
  const tree = [pid];
  for (const member of tree) {
    tree.push(...everything.filter((facts) => facts.parent === member).map((facts) => facts.pid));
  }
  return tree;
}

/** Sends the signal; false when there is no such process any more. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** SIGKILL for the whole tree. The top is stopped first, or it could start others while they are being counted. */
export function killTree(pid: number): number[] {
  if (!sendSignal(pid, 'SIGSTOP')) return [];
  const tree = processTree(pid);
  for (const member of tree) sendSignal(member, 'SIGKILL');
  return tree;
}

/** SIGSTOP or SIGCONT for the whole tree. */
export function signalTree(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  if (signal === 'SIGSTOP') sendSignal(pid, signal);
  const tree = processTree(pid);
  for (const member of signal === 'SIGSTOP' ? tree : tree.reverse()) sendSignal(member, signal);
}

/** True when all of them have ended within the time. */
export async function haveEnded(pids: number[], withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (pids.some((pid) => processFacts(pid) !== undefined)) {
    if (Date.now() > until) return false;
    await pause(POLL_MS);
  }
  return true;
}

/** Ends a process that is not our child: asks, waits, then kills the tree. */
export async function endProcess(pid: number, askWith: NodeJS.Signals, graceMs: number): Promise<void> {
  const tree = processTree(pid);
  signalTree(pid, 'SIGCONT');
  sendSignal(pid, askWith);
  if (graceMs > 0 && (await haveEnded(tree, graceMs))) return;
  killTree(pid);
  if (!(await haveEnded(tree, KILL_WITHIN_MS))) {
    throw new Error(
      `Process ${pid} does not end, not even by SIGKILL: look at it with ps, and start again when it is gone.`,
    );
  }
}
