/**
 * The npm scripts: `node infra/tasks/run.mjs TASK [ARGUMENTS...]`. Does on a fresh clone whatever is missing first
 * (ready.mjs), then runs the task with the arguments as they are.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  NotReady,
  ROOT,
  ensureBuild,
  ensureJars,
  ensurePackages,
  ensurePrerequisites,
  program,
  run,
  say,
} from './ready.mjs';

/** Programs of the build. `servers`: starts servers itself; `stack`: works with the stack that runs. */
const PROGRAMS = {
  ask: { entry: 'apps/query-api/ask/main.js', stack: true },
  asyncapi: { entry: 'apps/partner-feeds/asyncapi/main.js' },
  audit: { entry: 'apps/command-api/audit/main.js', stack: true },
  bench: { entry: 'bench/main.js', servers: true },
  demo: { entry: 'infra/demo/main.js', servers: true },
  door: { entry: 'infra/local/door/main.js' },
  follow: { entry: 'apps/partner-feeds/follow/main.js', stack: true },
  graph: { entry: 'apps/graph-projector/graph/main.js', stack: true },
  import: { entry: 'apps/command-api/import/main.js', stack: true },
  log: { entry: 'apps/command-api/log/main.js', stack: true },
  parked: { entry: 'apps/graph-projector/parked/main.js', stack: true },
  proof: { entry: 'test/proof/main.js', servers: true },
  stack: { entry: 'infra/local/stack/main.js', servers: true },
  'test:servers': { entry: 'infra/local/test-servers/main.js', servers: true },
};

const TASKS = {
  test: async (args) => {
    await prepare({ servers: true });
    const { runTests } = await import('./tests.mjs');
    const counts = await runTests(args);
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
    return counts.code;
  },
  'test:watch': async (args) => {
    await prepare({ servers: true });
    return (await run(...program('jest/bin/jest.js', '--watch', ...args))).code;
  },
  check: async (args) => {
    ensurePrerequisites({ servers: true });
    await ensurePackages();
    const { runChecks } = await import('./check.mjs');
    return await runChecks(args);
  },
  dev: async (args) => {
    await prepare({ servers: false });
    const { develop } = await import('./develop.mjs');
    return await develop(args);
  },
};

async function prepare({ servers }) {
  ensurePrerequisites({ servers });
  await ensurePackages();
  await ensureBuild();
  if (servers) await ensureJars();
}

/** The tools take addresses from the environment; what is not given there comes from the stack that runs. */
async function useRunningStack() {
  const { runningStack } = await import(join(ROOT, 'dist', 'infra', 'local', 'stack', 'stack-file.js'));
  for (const [name, value] of Object.entries(runningStack()?.env ?? {})) process.env[name] ??= value;
}

/** In this very process: a signal then reaches the program and nobody in between. */
async function runProgram(task, { entry, servers = false, stack = false }, args) {
  await prepare({ servers });
  if (stack) await useRunningStack();
  const file = join(ROOT, 'dist', entry);
  if (!existsSync(file)) throw new NotReady(`npm run ${task} is not part of this version (${entry} is missing).`);
  process.chdir(ROOT);
  process.argv = [process.execPath, file, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}

const [task = '', ...args] = process.argv.slice(2);
/** Tests and check close with this line whatever happens: who reads it must not take silence for success. */
const COUNTED = ['test', 'check'];

try {
  if (task in TASKS) process.exitCode = await TASKS[task](args);
  else if (task in PROGRAMS) await runProgram(task, PROGRAMS[task], args);
  else
    throw new NotReady(
      `There is no task "${task}". There are: ${[...Object.keys(TASKS), ...Object.keys(PROGRAMS)].sort().join(', ')}.`,
    );
} catch (error) {
  say(error instanceof NotReady ? error.message : error.stack);
  if (COUNTED.includes(task)) process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
}
