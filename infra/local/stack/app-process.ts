/** One app of this checkout as a child process, from dist, on a port of its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from '../checkout.js';
import { freePorts } from '../ports.js';
import { ServerProcess } from '../server-process.js';

export const APPS = [
  'command-api',
  'event-relay',
  'graph-projector',
  'partner-feeds',
  'query-api',
  'timekeeper',
] as const;
export type AppName = (typeof APPS)[number];

/**
 * How apps run in earnest (Dockerfile and compose.yaml say the same). The young generation holds a whole batch: with node's usual
 * 16 MB most of it is copied twice before it is garbage, which costs the projector a fifth of its processor time. Feeds work in
 * small steps and hold many connections, whose memory counts: with a bounded heap node clears up before the heap is four times what
 * lives in it.
 */
export function nodeFlags(app: AppName): string[] {
  return app === 'partner-feeds'
    ? ['--max-semi-space-size=16', '--max-old-space-size=512']
    : ['--max-semi-space-size=64'];
}

const START_WITHIN_MS = 240_000; // for what hangs: a start that fails is noticed at once; 2 s on an idle one
const STOP_WITHIN_MS = 20_000; // finishes what is under way
const PROBE_TIMEOUT_MS = 3_000;

/** An app that can be killed, frozen and started again at the same address. */
export interface AppHandle {
  readonly name: AppName;
  readonly url: string;
  readonly pid: number | undefined;
  readonly logFile: string;
  /** Returns when the app says that it is ready. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Stops it if it runs and starts it at the same address; with other settings, when given. */
  restart(env?: Record<string, string>): Promise<void>;
  /** Without waiting, for a process that is about to end. */
  stopNow(): void;
}

/** What an app is started with. */
export interface AppPlace {
  /** Tells several of the same app apart, also in the names of logs. */
  instance: string;
  dataDir: string;
  env: Record<string, string>;
  endedByItself(what: string): void;
}

async function probeReady(url: string): Promise<void> {
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  const body = await response.text();
  if (!response.ok) throw new Error(`/health/ready answers ${response.status} ${body.slice(0, 300)}`);
}

/** Thin webhooks name where the delivery is to be fetched. */
function ownAddress(name: AppName, url: string): Record<string, string> {
  return name === 'partner-feeds' ? { BREAKWATER_FEEDS_URL: url } : {};
}

/** The compiled entry of an app or tool, or a sentence that says how to make it. */
export function compiled(...path: string[]): string {
  const file = join(checkoutRoot(), 'dist', ...path);
  if (!existsSync(file)) throw new Error(`${file} is not there: build first (npm run build:fast).`);
  return file;
}

/** The app, not started yet: whoever starts it can stop it while it is still starting. */
export async function makeApp(name: AppName, place: AppPlace): Promise<AppHandle> {
  const entry = compiled('apps', name, 'main.js');
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(place.dataDir, 'logs', `${place.instance}.log`);
  // Apps read no arguments; this one is for us, to recognise an orphan of this very data folder.
  const mark = `--of=${join(place.dataDir, 'apps', place.instance)}`;
  const make = (extra: Record<string, string>): ServerProcess =>
    new ServerProcess({
      name: place.instance,
      command: process.execPath,
      args: [...nodeFlags(name), '--enable-source-maps', entry, mark],
      cwd: checkoutRoot(),
      logFile,
      mark,
      env: { ...place.env, ...ownAddress(name, url), BREAKWATER_PORT: String(port), ...extra },
      probe: async () => await probeReady(url),
      stopSignal: 'SIGTERM',
      startWithinMs: START_WITHIN_MS,
      stopWithinMs: STOP_WITHIN_MS,
      endedByItself: (how) => place.endedByItself(`${how}. Its log: ${logFile}`),
    });
  let running = make({});
  return {
    name,
    url,
    logFile,
    get pid() {
      return running.pid;
    },
    start: async () => await running.start(),
    stop: async () => await running.stop(),
    kill: async () => await running.kill(),
    pause: () => running.pause(),
    resume: () => running.resume(),
    restart: async (env) => {
      await running.stop();
      if (env !== undefined) running = make(env);
      await running.start();
    },
    stopNow: () => running.stopNow(),
  };
}
