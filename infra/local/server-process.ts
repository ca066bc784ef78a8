/**
 * One server as a child process: started until it answers, stopped, killed, frozen, started again at the same address
 * with the same data. The child leads a process group of its own, so Ctrl-C in the terminal reaches only us and the
 * servers are stopped in order instead of all at once under the applications' feet.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import {
  KILL_WITHIN_MS,
  endProcess,
  haveEnded,
  killTree,
  processesStartedWith,
  sendSignal,
  signalTree,
} from './processes.js';

/** How one server is started and spoken to. */
export interface Recipe {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  logFile: string;
  /** Another user to run as; only possible for root. */
  user?: { uid: number; gid: number };
  /** Extra environment; of ours it gets only PATH and the like, never credentials. */
  env?: Record<string, string>;
  /** An argument that only a process on this very data has: by it an orphan of a killed parent is found and ended. */
  mark?: string;
  beforeStart?(): void;
  afterEnd?(wasKilled: boolean): void;
  /** It ended although nobody had asked it to. */
  endedByItself?(how: string): void;
  /** Asks the server something that it can answer only when it is ready; throws while it is not. */
  probe(): Promise<void>;
  stopSignal: NodeJS.Signals;
  startWithinMs: number;
  /** After this much patience a stop becomes a kill. 0: always kill (throw-away data). */
  stopWithinMs: number | (() => number);
}

export class ServerFailed extends Error {
  readonly code = 'local.server-failed';
  readonly retriable = false;
  constructor(
    message: string,
    /** The end of the server's own log, to look for causes in. */
    readonly log: string,
  ) {
    super(message);
  }
}

const PROBE_PAUSE_MS = 50;
const LOG_LINES_SHOWN = 15;

function environment(recipe: Recipe): NodeJS.ProcessEnv {
  const passed = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'JAVA_TOOL_OPTIONS'];
  const kept = passed.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(kept) as NodeJS.ProcessEnv), LC_ALL: 'C.UTF-8', ...recipe.env };
}

export class ServerProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private ready = false;
  private ending = false;

  constructor(private readonly recipe: Recipe) {}

  get name(): string {
    return this.recipe.name;
  }

  /** Process number while it runs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts the server and returns when it has answered. */
  async start(): Promise<void> {
    if (this.child !== undefined) throw new Error(`${this.name} is running already (process ${this.child.pid}).`);
    const { command, args, cwd, logFile, user } = this.recipe;
    await this.endOrphans();
    this.recipe.beforeStart?.();
    const log = openSync(logFile, 'a', 0o600);
    const logStart = readFileSync(logFile).length;
    const child = spawn(command, args, {
      cwd,
      env: environment(this.recipe),
      stdio: ['ignore', log, log],
      detached: true,
      ...user,
    });
    closeSync(log);
    this.child = child;
    this.ready = false;
    this.ending = false;
    let failure: string | undefined;
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        failure ??= how;
        if (this.child === child) this.child = undefined;
        resolve();
        if (this.ready && !this.ending) this.recipe.endedByItself?.(`${this.name} ${how}`);
      };
      child.once('error', (error) => end(`could not be started (${error.message})`));
      child.once('exit', (code, signal) => end(signal === null ? `ended with code ${code}` : `was ended by ${signal}`));
    });
    child.unref(); // a caller that has nothing more to do may end; closing.ts then takes the server along
    await this.untilReady(() => failure, logStart);
  }

  private patienceMs(): number {
    const { stopWithinMs } = this.recipe;
    return typeof stopWithinMs === 'number' ? stopWithinMs : stopWithinMs();
  }

  /** We hold the data folder's lock, so whoever else runs on it was left behind by a parent that was killed. */
  private async endOrphans(): Promise<void> {
    if (this.recipe.mark === undefined) return;
    for (const pid of processesStartedWith(this.recipe.mark)) {
      await endProcess(pid, this.recipe.stopSignal, this.patienceMs());
    }
  }

  private async untilReady(failure: () => string | undefined, logStart: number): Promise<void> {
    const until = Date.now() + this.recipe.startWithinMs;
    let lastAnswer = 'no answer yet';
    for (;;) {
      const how = failure();
      if (how !== undefined) throw this.failed(`${this.name} ${how} before it answered.`, logStart);
      try {
        await this.recipe.probe();
        this.ready = true;
        return;
      } catch (error) {
        lastAnswer = error instanceof Error ? error.message : String(error);
      }
      if (Date.now() > until) {
        const message = `${this.name} did not answer within ${this.recipe.startWithinMs / 1000} s; the last attempt said: ${lastAnswer}.`;
        await this.kill();
        throw this.failed(message, logStart);
      }
      await pause(PROBE_PAUSE_MS);
    }
  }

  private failed(message: string, logStart: number): ServerFailed {
    const log = existsSync(this.recipe.logFile) ? readFileSync(this.recipe.logFile).subarray(logStart).toString() : '';
    const end = log.trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
    return new ServerFailed(`${message} Its log, ${this.recipe.logFile}, ends with:\n${end}`, end);
  }

  /** Stops it the way it likes to be stopped, and kills it when that takes too long. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child?.pid === undefined) return;
    this.ending = true;
    const patienceMs = this.patienceMs();
    if (patienceMs === 0) return await this.kill();
    child.ref(); // unreferenced, the wait below would not keep us alive
    signalTree(child.pid, 'SIGCONT');
    sendSignal(child.pid, this.recipe.stopSignal);
    const giveUp = new AbortController();
    const patience = pause(patienceMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
    await Promise.race([this.ended, patience]);
    giveUp.abort();
    if (this.child === undefined) this.recipe.afterEnd?.(false);
    await this.kill();
  }

  /** kill -9, as a power cut would: the server and all its workers, nothing flushed, nobody told. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child?.pid === undefined) return;
    this.ending = true;
    child.ref();
    const tree = killTree(child.pid);
    await this.ended;
    this.recipe.afterEnd?.(true);
    // The workers outlive the parent by a moment, and PostgreSQL does not start while one of them has its shared memory.
    if (!(await haveEnded(tree, KILL_WITHIN_MS)))
      throw new Error(`${this.name}: processes ${tree.join(', ')} did not end within ${KILL_WITHIN_MS} ms of SIGKILL.`);
  }

  /** SIGSTOP: the connections stay, and nobody answers. */
  pause(): void {
    signalTree(this.running(), 'SIGSTOP');
  }

  /** SIGCONT: goes on as if nothing had happened. */
  resume(): void {
    signalTree(this.running(), 'SIGCONT');
  }

  /** Stops it if it runs, and starts it at the same address with the same data. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Without waiting, for a process that is about to end. */
  stopNow(): void {
    const pid = this.pid;
    if (pid === undefined) return;
    this.ending = true;
    if (this.patienceMs() === 0) killTree(pid);
    else {
      signalTree(pid, 'SIGCONT');
      sendSignal(pid, this.recipe.stopSignal);
    }
  }

  private running(): number {
    if (this.pid === undefined) throw new Error(`${this.name} is not running.`);
    return this.pid;
  }
}
