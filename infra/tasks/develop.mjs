/**
 * `npm run dev -- APP`: the compiler watches the sources, and one app is started again after each change, against the
 * servers and the issuer of the stack that runs. It has a port of its own; the stack's own app goes on beside it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NotReady, ROOT, program, say } from './ready.mjs';

const PORT = '4100';

export async function develop([app = 'command-api']) {
  const entry = join(ROOT, 'dist', 'apps', app, 'main.js');
  if (!existsSync(entry)) throw new NotReady(`There is no app "${app}" (${entry} is missing).`);
  const { runningStack } = await import(join(ROOT, 'dist', 'infra', 'local', 'stack', 'stack-file.js'));
  const stack = runningStack();
  if (stack === undefined) throw new NotReady('Start the stack in another terminal first: npm run stack');
  const port = process.env.BREAKWATER_PORT ?? PORT;
  const { DATABASE_OWNER_URL: _owner, ...env } = stack.env;
  const [node, compiler] = program('typescript-7/bin/tsc', '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput');
  const watching = ['--watch', '--watch-preserve-output', '--enable-source-maps', entry];
  const children = [
    spawn(node, compiler, { cwd: ROOT, stdio: 'inherit' }),
    spawn(node, watching, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env, BREAKWATER_PORT: port } }),
  ];
  say(`${app} on http://127.0.0.1:${port}, started again after each change. Ctrl-C ends it.`);
  const end = () => children.forEach((child) => child.kill('SIGTERM'));
  process.on('SIGINT', end).on('SIGTERM', end);
  await Promise.all(children.map((child) => new Promise((done) => child.once('close', done))));
  return 0;
}
