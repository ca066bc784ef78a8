/** One of the built apps as a process of its own, as it runs in earnest. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkoutRoot, localPath } from '../../infra/local/index.js';
import { closeWithProcess } from '../../infra/local/closing.js';
import { freePorts } from '../../infra/local/ports.js';
import { ServerProcess } from '../../infra/local/server-process.js';
import { nodeFlags, type AppName } from '../../infra/local/stack/app-process.js';
import type { CountedProcess } from '../harness/processor-time.js';

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

export interface AppProcess extends CountedProcess {
  port: number;
  url: string;
  /** SIGSTOP and SIGCONT, so that work can pile up before it is measured. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startApp(app: AppName, env: Record<string, string>): Promise<AppProcess> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const entry = join(checkoutRoot(), 'dist', 'apps', app, 'main.js');
  const logFile = localPath('bench-logs', `${app}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  rmSync(logFile, { force: true }); // that of the run before
  const running = new ServerProcess({
    name: app,
    command: process.execPath,
    args: [...nodeFlags(app), entry],
    cwd: checkoutRoot(),
    logFile,
    env: {
      BREAKWATER_ENV: 'local',
      BREAKWATER_LOG_LEVEL: 'warn',
      BREAKWATER_PORT: String(port),
      NODE_ENV: 'production',
      ...env,
    },
    probe: async () => {
      const answer = await fetch(`${url}/health/ready`);
      if (!answer.ok) throw new Error(`/health/ready answered ${answer.status}`);
    },
    stopSignal: 'SIGTERM',
    startWithinMs: START_WITHIN_MS,
    stopWithinMs: () => STOP_WITHIN_MS,
  });
  const unlist = closeWithProcess({ close: () => running.stop(), closeNow: () => running.stopNow() });
  await running.start();
  return {
    name: app,
    pid: () => running.pid,
    withChildren: false,
    port,
    url,
    pause: () => running.pause(),
    resume: () => {
      if (running.pid !== undefined) running.resume(); // one that has ended is told of elsewhere
    },
    stop: async () => {
      await running.stop();
      unlist();
    },
  };
}
