/** PostgreSQL: real binaries, own password per data folder, TCP on 127.0.0.1 only. */
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { postgresBinaries, reachableDataFolder, serverUser, type RunAs } from './postgres-binaries.js';
import type { Place } from './place.js';
import { probePostgres, runSql } from './probes.js';
import { processFacts } from './processes.js';
import { runToEnd } from './run-to-end.js';
import { ServerProcess } from './server-process.js';

const OWNER = 'breakwater_owner';
const DATABASE = 'breakwater';
const START_WITHIN_MS = 60_000; // recovery after a kill replays the log first
const STOP_WITHIN_MS = 15_000;
const CONNECTIONS = 300;

export interface PostgresOptions {
  /** Off: faster, and a power cut may lose data. For throw-away servers only. */
  fsync: boolean;
}

async function initialise(
  bin: string,
  folder: string,
  password: string,
  user: RunAs | undefined,
  sync: boolean,
): Promise<void> {
  const unfinished = `${folder}.new-${process.pid}`;
  const passwordFile = `${folder}.password-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    if (user !== undefined) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
    const options = ['--encoding=UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', `--username=${OWNER}`];
    const args = ['-D', unfinished, ...options, `--pwfile=${passwordFile}`, ...(sync ? [] : ['--no-sync'])];
    const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' };
    const run = await runToEnd(join(bin, 'initdb'), args, { cwd: '/', env, ...user });
    if (!run.ok) throw new Error(`PostgreSQL's data folder could not be made in ${folder}: ${run.output}`);
    renameSync(unfinished, folder); // only a whole one gets the name: a killed initdb is simply done again
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function refuseOtherMajor(bin: string, folder: string): Promise<void> {
  const kept = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const version = await runToEnd(join(bin, 'postgres'), ['--version']);
  const major = /(\d+)/.exec(version.output)?.[1];
  if (major !== kept) {
    throw new Error(
      `The data in ${folder} was written by PostgreSQL ${kept}, and this is ${major}: move that folder away (or dump and restore it), and start again.`,
    );
  }
}

/**
 * PostgreSQL refuses to start while the process number in postmaster.pid is alive under its user, and after a reboot (or in
 * a new container, where numbers start from 1 again) that number may be anybody's. Nobody runs on this folder now.
 */
function forgetReusedNumber(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (processFacts(pid) !== undefined) rmSync(file);
}

/** Prepares the data folder and describes the server; start() is the caller's. */
export async function postgresServer(
  place: Place,
  port: number,
  options: PostgresOptions,
): Promise<{ server: ServerProcess; url: string; folder: string }> {
  const user = serverUser();
  const bin = postgresBinaries(user);
  const folder = reachableDataFolder(place.folder, user, place.say);
  const password = place.secret('postgres-password');
  mkdirSync(dirname(folder), { recursive: true });
  if (!existsSync(folder)) await initialise(bin, folder, password, user, !place.ephemeral);
  else await refuseOtherMajor(bin, folder);
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(CONNECTIONS),
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    jit: 'off',
    ...(options.fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  const args = ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const at = `postgres://${OWNER}:${password}@127.0.0.1:${port}`;
  const server = new ServerProcess({
    name: 'PostgreSQL',
    command: join(bin, 'postgres'),
    args,
    cwd: folder,
    logFile: place.logFile,
    ...(user === undefined ? {} : { user }),
    mark: folder,
    beforeStart: () => forgetReusedNumber(folder),
    probe: async () => await probePostgres(`${at}/postgres`),
    stopSignal: 'SIGINT', // "fast": ends the sessions, then writes everything out
    startWithinMs: START_WITHIN_MS,
    stopWithinMs: place.ephemeral ? 0 : STOP_WITHIN_MS,
  });
  return { server, url: `${at}/${DATABASE}`, folder };
}

/** The one database of the applications, made at the first start. */
export async function ensureDatabase(url: string): Promise<void> {
  const server = new URL(url);
  server.pathname = '/postgres';
  const found = await runSql(server.href, `SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`);
  if (found.length === 0) await runSql(server.href, `CREATE DATABASE ${DATABASE}`);
}
