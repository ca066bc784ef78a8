/**
 * Servers and apps together, as `npm run stack`, the demo, flow tests and proofs run them: real servers, the built apps
 * as processes, an issuer of tokens, the schema migrated and the first organisations and people in the log.
 *
 *     const stack = await startStack({ dataDir, ephemeral: true });
 *     await stack.apps['event-relay'].kill();  await stack.apps['event-relay'].restart();  await stack.stop();
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { createAppLogin } from '#event-log';
import { checkoutRoot } from '../checkout.js';
import { closeWithProcess } from '../closing.js';
import { startIssuer, type LocalIssuer } from '../issuer/index.js';
import type { LocalServers, ServersOptions } from '../local-server.js';
import { endProcess, processesStartedBelow } from '../processes.js';
import { runToEnd } from '../run-to-end.js';
import { keptSecret, newKey } from '../secrets.js';
import { startServers } from '../servers.js';
import { APPS, compiled, makeApp, type AppHandle, type AppName } from './app-process.js';

export interface StackOptions extends Omit<ServersOptions, 'servers' | 'whenPostgresAnswers'> {
  /** Which apps; all when left out. */
  apps?: readonly AppName[];
  /** Settings of single apps, over those that all of them get. */
  appEnv?: Partial<Record<AppName, Record<string, string>>>;
  /** Settings of all apps, over those that the stack makes up. */
  env?: Record<string, string>;
  /** Use these servers (addresses as in LocalServers.env()) and start none. Whoever started them stops them. */
  serverEnv?: Record<string, string>;
  /** An app ended although nobody had asked it to. Nothing is started again. */
  endedByItself?: (what: string) => void;
}

export interface Stack {
  readonly dataDir: string;
  /** The servers that were started here. */
  readonly servers: LocalServers;
  readonly issuer: LocalIssuer;
  readonly apps: Readonly<Record<AppName, AppHandle>>;
  /** What every app gets: addresses, issuer, keys. Secret. */
  readonly env: Readonly<Record<string, string>>;
  /** One more of an app, beside the first: a standby, or a second writer. */
  startAnother(app: AppName, env?: Record<string, string>): Promise<AppHandle>;
  stop(): Promise<void>;
}

const ORPHAN_GRACE_MS = 5_000;

/** The others read what these two make: the schema's first events, and the topics. */
const FIRST: readonly AppName[] = ['command-api', 'event-relay'];

/** Of our own environment only what a process needs to run, and settings that somebody set on purpose. */
function inherited(): Record<string, string> {
  const wanted = (name: string) => name.startsWith('BREAKWATER_') || ['NODE_EXTRA_CA_CERTS', 'TZ'].includes(name);
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => wanted(entry[0]) && entry[1] !== undefined,
    ),
  );
}

async function runTool(what: string, args: string[], env: Record<string, string>): Promise<void> {
  const run = await runToEnd(process.execPath, args, {
    cwd: checkoutRoot(),
    env: { PATH: process.env['PATH'], ...env },
  });
  if (!run.ok) throw new Error(`${what} failed:\n${run.output.slice(-3_000)}`);
}

/** Schema, login of the apps, first organisations and people. All of it can be done again without harm. */
async function prepareDatabase(dataDir: string, owner: string, issuer: LocalIssuer): Promise<string> {
  // Apps of a stack that was killed would go on writing beside the new ones. This folder is ours alone by now.
  for (const pid of processesStartedBelow(join(dataDir, 'apps'))) await endProcess(pid, 'SIGTERM', ORPHAN_GRACE_MS);
  const local = { ...inherited(), BREAKWATER_ENV: 'local' };
  await runTool('Bringing the schema up to date', [compiled('apps', 'command-api', 'migrate', 'main.js')], {
    ...local,
    DATABASE_OWNER_URL: owner,
  });
  const password = keptSecret(join(dataDir, 'secrets', 'app-password'));
  // Roles belong to the whole server, which several stacks may share: each has its own.
  const name = `breakwater_app_${createHash('sha256').update(password).digest('hex').slice(0, 12)}`;
  const url = await createAppLogin(owner, { name, password });
  const file = join(dataDir, 'bootstrap.json');
  writeFileSync(file, JSON.stringify(issuer.bootstrap()), { mode: 0o600 });
  const bootstrap = compiled('apps', 'command-api', 'bootstrap', 'main.js');
  await runTool('Naming the first organisations', [bootstrap, file], { ...local, DATABASE_URL: url });
  return url;
}

class Running {
  private stopped = false;
  readonly apps = new Map<string, AppHandle>();
  issuer: LocalIssuer | undefined;
  servers: LocalServers | undefined;

  /** Before its start, so that it is found by a stop that comes while it starts. */
  add(instance: string, app: AppHandle): void {
    if (this.stopped) throw new Error('The start was broken off.');
    this.apps.set(instance, app);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.apps.values()].map(async (app) => await app.stop()));
    await this.issuer?.stop();
    await this.servers?.stop();
  }

  stopAppsNow(): void {
    for (const app of this.apps.values()) app.stopNow();
  }
}

/** Starts everything and returns when all apps say that they are ready. It ends with this process. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const running = new Running();
  const { dataDir } = options;
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const unlist: (() => void)[] = [];
  const stop = async (): Promise<void> => {
    await running.stop();
    for (const forget of unlist) forget();
    if (options.ephemeral === true) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    running.issuer = await startIssuer({ dataDir });
    const env = await startedServers(options, running, running.issuer);
    // Registered after the servers, so on Ctrl-C the apps end first.
    unlist.push(closeWithProcess({ close: async () => await running.stop(), closeNow: () => running.stopAppsNow() }));
    return await startApps(options, running, { env, issuer: running.issuer, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the servers, or uses those that were given; returns their addresses, with the login of the apps. */
async function startedServers(
  options: StackOptions,
  running: Running,
  issuer: LocalIssuer,
): Promise<Record<string, string>> {
  const { dataDir, serverEnv } = options;
  let appUrl = '';
  if (serverEnv === undefined) {
    options.say?.('starting PostgreSQL, Kafka and Neo4j');
    const whenPostgresAnswers = async ({ ownerUrl }: { ownerUrl: string }): Promise<void> => {
      appUrl = await prepareDatabase(dataDir, ownerUrl, issuer);
    };
    running.servers = await startServers({ ...options, whenPostgresAnswers });
  } else {
    appUrl = await prepareDatabase(dataDir, serverEnv['DATABASE_OWNER_URL'] ?? '', issuer);
  }
  const { DATABASE_OWNER_URL: _, ...addresses } = serverEnv ?? running.servers?.env() ?? {};
  return { ...addresses, DATABASE_URL: appUrl };
}

/** Those that know how long a referral waits for deconfliction. Nobody waits a quarter of an hour in front of a screen. */
const CLEARING: readonly AppName[] = ['command-api', 'timekeeper'];
const SHORT_WINDOW = { BREAKWATER_DECONFLICTION_WINDOW_SECONDS: '3' };

async function startApps(
  options: StackOptions,
  running: Running,
  given: { env: Record<string, string>; issuer: LocalIssuer; stop: () => Promise<void> },
): Promise<Stack> {
  const { dataDir } = options;
  const { issuer, stop } = given;
  const env: Record<string, string> = {
    ...inherited(),
    BREAKWATER_ENV: 'local',
    BREAKWATER_ID_KEY: keptSecret(join(dataDir, 'secrets', 'id-key'), newKey),
    // Endpoints of webhooks on this machine: whoever tries them out has no other.
    BREAKWATER_WEBHOOK_LOCAL_TARGETS: '127.0.0.1',
    BREAKWATER_CURSOR_KEY: keptSecret(join(dataDir, 'secrets', 'cursor-key'), newKey),
    ...given.env,
    ...issuer.env(),
    ...options.env,
  };
  // Whoever has it can sign a forged audit, so no other app gets it.
  const auditKey = keptSecret(join(dataDir, 'secrets', 'audit-key'), newKey);
  // Delivery ids and the keys of webhooks rest on it.
  const feedKey = keptSecret(join(dataDir, 'secrets', 'feed-key'), newKey);
  let instances = 0;
  const start = async (name: AppName, instance: string, extra: Record<string, string> = {}): Promise<AppHandle> => {
    const endedByItself = (what: string): void => options.endedByItself?.(what);
    const own = {
      ...(name === 'timekeeper' ? { BREAKWATER_AUDIT_KEY: auditKey } : {}),
      ...(name === 'partner-feeds' ? { BREAKWATER_FEED_KEY: feedKey } : {}),
      ...(CLEARING.includes(name) ? SHORT_WINDOW : {}),
      ...env,
    };
    const place = { instance, dataDir, env: { ...own, ...options.appEnv?.[name], ...extra }, endedByItself };
    const app = await makeApp(name, place);
    running.add(instance, app);
    await app.start();
    return app;
  };
  const wanted = options.apps ?? APPS;
  options.say?.(`starting ${wanted.join(', ')}`);
  for (const group of [FIRST, APPS.filter((name) => !FIRST.includes(name))]) {
    const started = group.filter((name) => wanted.includes(name)).map(async (name) => await start(name, name));
    const failure = (await Promise.allSettled(started)).find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }
  return {
    dataDir,
    issuer,
    env,
    stop,
    get servers() {
      if (running.servers === undefined)
        throw new Error('This stack was given its servers: whoever started them has them.');
      return running.servers;
    },
    apps: Object.fromEntries(running.apps) as Record<AppName, AppHandle>,
    startAnother: async (name, extra) => await start(name, `${name}-${++instances + 1}`, extra),
  };
}
