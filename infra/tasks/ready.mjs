/**
 * What has to be done before a task can run, done only when it is needed: packages, build, server jars. Progress goes to
 * standard error, because what a tool prints may be read by another program. Only what Node brings is imported here:
 * on a fresh clone nothing else is there yet.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPrerequisites } from '../local/prerequisites.mjs';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SOURCES = ['apps', 'libs', 'infra', 'bench', 'test'];
const BUILD_STAMP = join(ROOT, 'dist', '.built');

/** A sentence for the person at the terminal; no stack belongs to it. */
export class NotReady extends Error {}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a command in the checkout and gives its exit code and, with `capture`, what it printed. */
export async function run(command, args, { capture = false, env = {} } = {}) {
  return await new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    // Ctrl-C reaches the child by itself; we stay until it has cleaned up. A kill of ours is passed on.
    const stay = () => undefined;
    const pass = () => child.kill('SIGTERM');
    process.on('SIGINT', stay).on('SIGTERM', pass);
    const end = () => process.off('SIGINT', stay).off('SIGTERM', pass);
    child.once('error', (error) => (end(), fail(error)));
    child.once('close', (code, signal) => (end(), done({ code: code ?? (signal === 'SIGINT' ? 130 : 143), output })));
  });
}

/** The program of an installed package, run with this Node: `.bin` links are missing where links are. */
export function program(path, ...args) {
  return [process.execPath, [join(ROOT, 'node_modules', path), ...args]];
}

function serversAreGiven() {
  return Boolean(process.env.KAFKA_BROKERS && process.env.NEO4J_URL);
}

function jarsSeemToBeHere() {
  const folder = join(ROOT, '.local', 'jars');
  return existsSync(folder) && readdirSync(folder).some((name) => !name.startsWith('.'));
}

/** Says everything that is missing at once, before anything takes time. */
export function ensurePrerequisites({ servers }) {
  const missing = missingPrerequisites({ servers: servers && !serversAreGiven(), fetch: !jarsSeemToBeHere() });
  if (missing.length > 0) throw new NotReady(missing.join('\n'));
}

/** npm notes in node_modules what it has put there; installed is what the lock file asks for, or optional and absent. */
function packagesAreInstalled() {
  const installedFile = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const asWanted = Object.entries(wanted)
    .filter(([path]) => path !== '')
    .every(
      ([path, entry]) =>
        installed[path]?.version === entry.version || (installed[path] === undefined && entry.optional),
    );
  return asWanted && Object.keys(installed).every((path) => wanted[path] !== undefined);
}

export async function ensurePackages() {
  if (packagesAreInstalled()) return;
  say('installing packages (npm ci; half a minute)');
  const { code } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new NotReady('npm ci failed; what it said stands above.');
}

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.(ts|mjs)$/.test(entry.name)) yield path;
  }
}

/** Changes with every source that is added, removed, edited or checked out. */
function sourcesDigest() {
  const files = SOURCES.map((name) => join(ROOT, name)).filter((folder) => existsSync(folder));
  const all = [
    ...files.flatMap((folder) => [...sourceFiles(folder)]),
    join(ROOT, 'tsconfig.json'),
    join(ROOT, 'package.json'),
  ];
  const hash = createHash('sha256');
  for (const file of all) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

export async function ensureBuild() {
  const digest = sourcesDigest();
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === digest) return;
  say('building');
  const { code, output } = await run(...program('typescript-7/bin/tsc', '-p', 'tsconfig.json'), { capture: true });
  if (code !== 0) throw new NotReady(`The build failed:\n${output}`);
  writeFileSync(BUILD_STAMP, digest);
}

/** Fetched here and not at the first need, so that it takes no test's time. */
export async function ensureJars() {
  if (serversAreGiven()) return;
  const { fetchServerJars } = await import(join(ROOT, 'dist', 'infra', 'local', 'jars.js'));
  await fetchServerJars(say);
}
