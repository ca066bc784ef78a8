/** `.local/stack.json`: where the running stack is, for the command-line tools. Holds secrets, so only its owner can read it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { localPath } from '../checkout.js';
import { closeWithProcess } from '../closing.js';
import { processFacts } from '../processes.js';
import type { Stack } from './stack.js';

export interface StackFile {
  pid: number;
  startTime: string;
  dataDir: string;
  commandApi: string;
  queryApi: string;
  partnerFeeds: string;
  issuer: string;
  tokenUrl: string;
  urls: Record<string, string>;
  pids: Record<string, number | undefined>;
  /** Secrets of the personas, for the token address. */
  clients: Record<string, { secret: string }>;
  /** What a tool beside the stack needs in its environment to work on the same servers. */
  env: Record<string, string>;
}

function path(): string {
  return localPath('stack.json');
}

function describeStack(stack: Stack): StackFile {
  const { apps, issuer, servers } = stack;
  const urls = Object.fromEntries(Object.values(apps).map((app) => [app.name, app.url]));
  return {
    pid: process.pid,
    startTime: processFacts(process.pid)?.startTime ?? '',
    dataDir: stack.dataDir,
    commandApi: apps['command-api'].url,
    queryApi: apps['query-api'].url,
    partnerFeeds: apps['partner-feeds'].url,
    issuer: issuer.issuer,
    tokenUrl: issuer.tokenUrl,
    urls,
    pids: {
      ...Object.fromEntries(Object.values(apps).map((app) => [app.name, app.pid])),
      postgres: servers.postgres.pid,
      kafka: servers.kafka.pid,
      neo4j: servers.neo4j.pid,
    },
    clients: Object.fromEntries(issuer.personas.map(({ name }) => [name, { secret: issuer.secretOf(name) }])),
    env: {
      ...stack.env,
      DATABASE_OWNER_URL: servers.postgres.ownerUrl,
      BREAKWATER_COMMAND_URL: apps['command-api'].url,
      BREAKWATER_QUERY_URL: apps['query-api'].url,
      BREAKWATER_FEEDS_URL: apps['partner-feeds'].url,
    },
  };
}

/** Tells the command-line tools of this stack until this process ends. */
export function announceStack(stack: Stack): StackFile {
  const file = describeStack(stack);
  const unfinished = `${path()}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path()); // a tool never reads half of it
  const withdraw = (): void => {
    if (runningStack()?.pid === process.pid) rmSync(path(), { force: true });
  };
  closeWithProcess({ close: () => Promise.resolve(withdraw()), closeNow: withdraw });
  return file;
}

/** The stack of this checkout that runs now. */
export function runningStack(): StackFile | undefined {
  let file: StackFile;
  try {
    file = JSON.parse(readFileSync(path(), 'utf8')) as StackFile;
  } catch {
    return undefined; // there is none
  }
  return processFacts(file.pid)?.startTime === file.startTime ? file : undefined;
}
