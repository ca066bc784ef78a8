/** What the specs of the local servers stand on: a folder of their own, small servers, and another process that starts some. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { checkoutRoot, localPath } from './checkout.js';
import { lockFolder } from './folder-lock.js';
import type { ServersOptions } from './local-server.js';
import { runToEnd } from './run-to-end.js';

const base = localPath(`test-servers-spec-${process.pid}`);
const built = join(base, 'built');
export const SMALL = {
  fsync: false,
  ignoreEnvironment: true,
  quick: true,
  neo4jHeapMb: 512,
  neo4jPageCacheMb: 64,
  kafkaHeapMb: 256,
};
let folders = 0;

export function newFolder(): string {
  return join(base, `data-${++folders}`);
}

/** Compiles what the other process runs. */
export async function compileServersMain(): Promise<void> {
  const root = checkoutRoot();
  mkdirSync(base, { recursive: true });
  const project = join(base, 'tsconfig.json');
  const compilerOptions = {
    outDir: built,
    rootDir: root,
    incremental: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions,
      files: [join(root, 'infra/local/servers-main.ts')],
      include: [],
      exclude: [],
    }),
  );
  const run = await runToEnd(process.execPath, [join(root, 'node_modules/typescript-7/bin/tsc'), '-p', project]);
  if (!run.ok) throw new Error(run.output);
}

export interface Parent {
  process: ChildProcess;
  env: Record<string, string>;
}

/** Another process that starts servers, as a second checkout or another user would. */
export async function startInOtherProcess(
  options: ServersOptions,
  user: { uid?: number; gid?: number } = {},
): Promise<Parent> {
  const main = join(built, 'infra/local/servers-main.js');
  const child = spawn(process.execPath, [main, JSON.stringify({ ...SMALL, ...options })], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`the other process ended before its servers were up: ${errors}`)),
    ),
  ]);
  return { process: child, env: (JSON.parse(line) as { env: Record<string, string> }).env };
}

/** Locks the folder, or another run would take it for a leftover; returns how to let go of it. */
export function holdFolder(): () => void {
  const unlock = lockFolder(base);
  return () => {
    unlock();
    rmSync(base, { recursive: true, force: true });
  };
}
