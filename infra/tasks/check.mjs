/**
 * `npm run check`: everything that can be said about the sources without running them, then the tests. A step that fails
 * does not stop the others; each counts as one in the closing line.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ROOT, ensureBuild, ensureJars, program, run } from './ready.mjs';
import { runTests } from './tests.mjs';

const OK = { ok: true, said: '' };
const FOLDERS = ['apps', 'libs', 'infra', 'bench', 'test'];
/** Folders that gather what belongs nowhere, and suffixes that say what a file is instead of what it does. */
const EMPTY_WORDS = /^(common|shared|utils?|helpers?|dtos?|interfaces|impl)$/;
const EMPTY_SUFFIXES = /\.(service|dto|interface|impl|base|mapper|util|helper)\.ts$/;
/** These ask for a newer Node and run on the oldest that we support; each was tried. Anything else is a mistake. */
const MAY_ASK_FOR_NEWER_NODE = [
  /^@angular-devkit\/(core|schematics|schematics-cli)@/,
  /^@nestjs\/schematics@/,
  /^commander@15\./,
  /^content-disposition@3\./,
];

async function command(...call) {
  const { code, output } = await run(...call, { capture: true });
  return { ok: code === 0, said: output.trim() };
}

async function build() {
  await ensureBuild();
  return OK;
}

function names() {
  const faults = [];
  const look = (folder) => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (EMPTY_WORDS.test(entry.name)) faults.push(`${path}: name the folder after what it is about`);
        look(path);
      } else if (EMPTY_SUFFIXES.test(entry.name)) faults.push(`${path}: name the file after what it does`);
      else if (/[A-Z_]/.test(entry.name) && /\.(ts|mjs|cjs)$/.test(entry.name)) faults.push(`${path}: kebab-case`);
    }
  };
  readdirSync(ROOT)
    .filter((name) => FOLDERS.includes(name))
    .forEach(look);
  return { ok: faults.length === 0, said: faults.join('\n') };
}

/** The lock file fits package.json on every platform, and nothing new asks for a newer Node than ours. */
async function lockFile() {
  const { code, output } = await run('npm', ['ci', '--dry-run', '--no-audit', '--no-fund'], { capture: true });
  if (code !== 0) return { ok: false, said: output.trim().slice(-2_000) };
  const asking = [...output.matchAll(/EBADENGINE\s+package: '([^']+)'/g)].map(([, name]) => name);
  const unknown = [...new Set(asking)].filter((name) => !MAY_ASK_FOR_NEWER_NODE.some((known) => known.test(name)));
  const said = unknown.map(
    (name) => `${name} asks for another Node than ${process.version}: take an older version of it`,
  );
  return { ok: said.length === 0, said: said.join('\n') };
}

const STEPS = {
  build,
  lint: () => command(...program('oxlint/bin/oxlint', '--type-aware')),
  boundaries: () =>
    command(
      ...program('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', ...FOLDERS),
    ),
  names,
  format: () =>
    command(...program('prettier/bin/prettier.cjs', '--check', '--cache', '--cache-location', '.local/prettier', '.')),
  'dead code': () => command(...program('knip/bin/knip.js')),
  'lock file': lockFile,
};

async function runStep(name, step) {
  const started = performance.now();
  // A build that fails speaks by an error; every step that fails says why, and none of them ends the check.
  const { ok, said } = await Promise.resolve(step()).catch((error) => ({ ok: false, said: error.message }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${seconds.padStart(6)} s\n`);
  if (!ok) process.stdout.write(`${said}\n\n`);
  return ok;
}

/** @param {string[]} args `--static` leaves the tests out; anything else goes to Jest */
export async function runChecks(args) {
  let [passed, failed] = [0, 0];
  for (const [name, step] of Object.entries(STEPS)) {
    if (await runStep(name, step)) passed++;
    else failed++;
  }
  if (!args.includes('--static')) {
    await ensureJars();
    const tests = await runTests(args);
    passed += tests.passed;
    failed += tests.failed;
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
