import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Kafka, logLevel } from 'kafkajs';
import neo4j from 'neo4j-driver';

import { checkoutRoot, localPath } from './checkout.js';
import { lockFolder } from './folder-lock.js';
import type { LocalServers, Neo4jServer, ServersOptions } from './local-server.js';
import { probeKafka, probeNeo4j, probePostgres, runSql } from './probes.js';
import { processFacts, processTree, processesStartedBelow } from './processes.js';
import { runToEnd } from './run-to-end.js';
import { startServers } from './servers.js';
import { STARTUP_MS } from './test-servers.js';
import { until } from './until.js';

/** These tests start, kill and freeze servers of their own, in a folder of their own. */
const base = localPath(`test-servers-spec-${process.pid}`);
const built = join(base, 'built');
const SMALL = {
  fsync: false,
  ignoreEnvironment: true,
  quick: true,
  neo4jHeapMb: 512,
  neo4jPageCacheMb: 64,
  kafkaHeapMb: 256,
};
let folders = 0;

function newFolder(): string {
  return join(base, `data-${++folders}`);
}

async function compile(): Promise<void> {
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

interface Parent {
  process: ChildProcess;
  env: Record<string, string>;
}

/** Another process that starts servers, as a second checkout or another user would. */
async function startInOtherProcess(
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

async function topics(brokers: string[], create?: string): Promise<string[]> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    if (create !== undefined) await admin.createTopics({ topics: [{ topic: create }], waitForLeaders: true });
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

async function graphKeys(server: Neo4jServer, write?: string): Promise<string[]> {
  const driver = neo4j.driver(server.url, neo4j.auth.basic(server.user, server.password));
  try {
    if (write !== undefined) await driver.executeQuery('CREATE (:Kept {key: $write})', { write });
    const { records } = await driver.executeQuery('MATCH (n:Kept) RETURN n.key AS key');
    return records.map((record) => record.get('key') as string);
  } finally {
    await driver.close();
  }
}

let unlock: () => void;
beforeAll(async () => {
  unlock = lockFolder(base); // or another run would take it for a leftover
  await compile();
}, 60_000);
afterAll(() => {
  unlock();
  rmSync(base, { recursive: true, force: true });
});

describe('the three servers on one data folder', () => {
  const dataDir = newFolder();
  let servers: LocalServers;

  beforeAll(async () => {
    servers = await startServers({ ...SMALL, dataDir });
    await runSql(servers.postgres.url, 'CREATE TABLE kept (name text)', "INSERT INTO kept VALUES ('before')");
    await topics(servers.kafka.brokers, 'kept-topic');
    await graphKeys(servers.neo4j, 'before');
  }, STARTUP_MS);
  afterAll(async () => await servers.stop(), 60_000);

  const expectAllKept = async () => {
    expect(await runSql(servers.postgres.url, 'SELECT name FROM kept')).toEqual([{ name: 'before' }]);
    expect(await topics(servers.kafka.brokers)).toContain('kept-topic');
    expect(await graphKeys(servers.neo4j)).toEqual(['before']);
  };

  it('answer under the names that the applications read, with passwords that only their owner can read', async () => {
    expect(Object.keys(servers.env()).sort()).toEqual([
      'DATABASE_OWNER_URL',
      'DATABASE_URL',
      'KAFKA_BROKERS',
      'NEO4J_PASSWORD',
      'NEO4J_URL',
      'NEO4J_USER',
    ]);
    for (const name of ['postgres-password', 'neo4j-password']) {
      expect(statSync(join(dataDir, 'secrets', name)).mode & 0o777).toBe(0o600);
    }
    for (const name of ['postgres', 'kafka', 'neo4j'])
      expect(existsSync(join(dataDir, 'logs', `${name}.log`))).toBe(true);
  });

  it(
    'are killed with all their workers, and come back at the same address with what they had',
    async () => {
      const before = servers.env();
      for (const server of [servers.postgres, servers.kafka, servers.neo4j]) {
        const tree = processTree(server.pid ?? 0);
        await server.kill();
        expect(tree.filter((pid) => processFacts(pid) !== undefined)).toEqual([]);
        await server.restart();
      }
      expect(servers.env()).toEqual(before);
      await expectAllKept();
    },
    STARTUP_MS,
  );

  it('do not answer while they are frozen, and go on afterwards', async () => {
    const probes = {
      postgres: async () => await probePostgres(servers.postgres.url),
      kafka: async () => await probeKafka(servers.kafka.brokers),
      neo4j: async () => await probeNeo4j(servers.neo4j),
    };
    for (const name of ['postgres', 'kafka', 'neo4j'] as const) {
      servers[name].pause();
      await expect(probes[name]()).rejects.toThrow();
      servers[name].resume();
      await until(`${name} did not go on`, async () => (await probes[name](), true), 20_000);
    }
  }, 60_000);

  it('belong to one owner: a second start on the folder is refused and says who has it', async () => {
    await expect(startServers({ ...SMALL, dataDir })).rejects.toThrow(
      `already run by process ${process.pid}: stop that one first`,
    );
    await probePostgres(servers.postgres.url);
  });

  it(
    'stop cleanly and leave nothing behind but their data',
    async () => {
      await servers.stop();
      expect(processesStartedBelow(dataDir)).toEqual([]);
      servers = await startServers({ ...SMALL, dataDir });
      await expectAllKept();
    },
    STARTUP_MS,
  );
});

describe('servers and the process that started them', () => {
  it(
    'end together on Ctrl-C',
    async () => {
      const dataDir = newFolder();
      const parent = await startInOtherProcess({ dataDir });
      expect(processesStartedBelow(dataDir).length).toBeGreaterThanOrEqual(3);
      parent.process.kill('SIGINT');
      const [code] = (await once(parent.process, 'exit')) as [number];
      expect(code).toBe(130);
      expect(processesStartedBelow(dataDir)).toEqual([]);
    },
    STARTUP_MS,
  );

  it(
    'a parent that was killed leaves them running; the next start ends them, and touches nobody else',
    async () => {
      const dataDir = newFolder();
      const parent = await startInOtherProcess({ dataDir });
      await runSql(parent.env['DATABASE_URL'] ?? '', 'CREATE TABLE kept (id int)');
      parent.process.kill('SIGKILL');
      await once(parent.process, 'exit');
      const orphans = processesStartedBelow(dataDir);
      expect(orphans.length).toBeGreaterThanOrEqual(3);
      // Somebody else whose command line looks much like ours.
      const bystander = spawn(
        process.execPath,
        ['-e', 'setInterval(() => {}, 1000)', '--', `${dataDir}/postgres-notes`],
        { stdio: 'ignore' },
      );

      const servers = await startServers({ ...SMALL, dataDir });
      try {
        expect(orphans.filter((pid) => processFacts(pid) !== undefined)).toEqual([]);
        expect(await runSql(servers.postgres.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 0 }]);
        expect(processFacts(bystander.pid ?? 0)).toBeDefined();
      } finally {
        bystander.kill('SIGKILL');
        await servers.stop();
      }
    },
    STARTUP_MS,
  );

  it(
    'two sets run side by side, and the end of one does not disturb the other',
    async () => {
      const one = startServers({ ...SMALL, dataDir: newFolder(), servers: ['postgres', 'kafka'] });
      const other = startInOtherProcess({ dataDir: newFolder(), servers: ['postgres', 'kafka'] });
      const [mine, theirs] = [await one, await other];
      try {
        expect(mine.env()['DATABASE_URL']).not.toBe(theirs.env['DATABASE_URL']);
        theirs.process.kill('SIGTERM');
        await once(theirs.process, 'exit');
        await probePostgres(mine.postgres.url);
        await probeKafka(mine.kafka.brokers);
      } finally {
        await mine.stop();
      }
    },
    STARTUP_MS,
  );

  it(
    'throw-away servers are gone with their folder',
    async () => {
      const dataDir = newFolder();
      const servers = await startServers({ ...SMALL, dataDir, servers: ['postgres'], ephemeral: true });
      expect(existsSync(dataDir)).toBe(true);
      await servers.stop();
      expect(existsSync(dataDir)).toBe(false);
    },
    STARTUP_MS,
  );

  it(
    'a server that cannot start says so with the end of its own log, and the others are not left running',
    async () => {
      const dataDir = newFolder();
      const servers = await startServers({ ...SMALL, dataDir, servers: ['postgres', 'kafka'] });
      await servers.stop();
      writeFileSync(join(dataDir, 'kafka', 'logs', 'meta.properties'), 'version=1\ncluster.id=\n');
      await expect(startServers({ ...SMALL, dataDir, servers: ['postgres', 'kafka'] })).rejects.toThrow(
        /^Kafka ended with code 1 before it answered. Its log, .*kafka.log, ends with:\n(.|\n)*meta.properties/,
      );
      expect(processesStartedBelow(dataDir)).toEqual([]);
    },
    STARTUP_MS,
  );

  it(
    'data of another major version of PostgreSQL is refused, not touched',
    async () => {
      const dataDir = newFolder();
      const servers = await startServers({ ...SMALL, dataDir, servers: ['postgres'] });
      await servers.stop();
      const version = join(dataDir, 'postgres', 'PG_VERSION');
      writeFileSync(version, '15\n');
      await expect(startServers({ ...SMALL, dataDir, servers: ['postgres'] })).rejects.toThrow(
        'was written by PostgreSQL 15, and this is 18',
      );
      expect(readFileSync(version, 'utf8')).toBe('15\n');
    },
    STARTUP_MS,
  );

  it(
    'servers that the environment names are used and never controlled',
    async () => {
      const theirs = await startServers({ ...SMALL, dataDir: newFolder(), servers: ['postgres'] });
      const kept = process.env['DATABASE_URL'];
      process.env['DATABASE_URL'] = theirs.postgres.url;
      try {
        const dataDir = newFolder();
        const mine = await startServers({ dataDir, servers: ['postgres'] });
        expect(mine.postgres).toMatchObject({ external: true, url: theirs.postgres.url });
        await expect(mine.postgres.kill()).rejects.toThrow('run by somebody else');
        await mine.stop();
        await probePostgres(theirs.postgres.url);
        await theirs.stop();
        await expect(startServers({ dataDir, servers: ['postgres'] })).rejects.toThrow(
          'The server that DATABASE_URL names does not answer',
        );
      } finally {
        if (kept === undefined) delete process.env['DATABASE_URL'];
        else process.env['DATABASE_URL'] = kept;
        await theirs.stop();
      }
    },
    STARTUP_MS,
  );
});

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };
const checkoutIsOpen = checkoutRoot()
  .split('/')
  .every((_, depth, parts) => (statSync(parts.slice(0, depth + 1).join('/') || '/').mode & 0o001) !== 0);
if (!isRoot) console.info('not root: every test in this file is the ordinary user; the tests of root are left out');
else if (!checkoutIsOpen) console.info('an ordinary user may not enter this checkout: the test with one is left out');

(isRoot ? describe : describe.skip)('started by root', () => {
  (checkoutIsOpen ? it : it.skip)(
    'an ordinary user can start all three as well',
    async () => {
      const dataDir = newFolder();
      mkdirSync(dataDir, { recursive: true });
      chownSync(dataDir, NOBODY.uid, NOBODY.gid);
      const parent = await startInOtherProcess({ dataDir }, NOBODY);
      for (const pid of processesStartedBelow(dataDir)) expect(statSync(`/proc/${pid}`).uid).toBe(NOBODY.uid);
      await probePostgres(parent.env['DATABASE_URL'] ?? '');
      await probeKafka((parent.env['KAFKA_BROKERS'] ?? '').split(','));
      parent.process.kill('SIGTERM');
      await once(parent.process, 'exit');
      expect(processesStartedBelow(dataDir)).toEqual([]);
    },
    STARTUP_MS,
  );

  it(
    'PostgreSQL runs under another user, also below a folder that only root may enter',
    async () => {
      const closed = mkdtempSync(join(tmpdir(), 'breakwater-closed-'));
      chmodSync(closed, 0o700);
      const said: string[] = [];
      const dataDir = join(closed, 'data');
      const servers = await startServers({
        ...SMALL,
        dataDir,
        servers: ['postgres'],
        ephemeral: true,
        say: (line) => said.push(line),
      });
      try {
        expect(statSync(`/proc/${servers.postgres.pid}`).uid).not.toBe(0);
        await probePostgres(servers.postgres.url);
        expect(said.join()).toContain(`its user may not pass ${closed}`);
      } finally {
        await servers.stop();
        rmSync(closed, { recursive: true, force: true });
      }
      const elsewhere = /its data is in (\S+)$/.exec(said.join())?.[1] ?? '';
      expect(elsewhere).toContain('breakwater-postgres');
      expect(existsSync(elsewhere)).toBe(false);
    },
    STARTUP_MS,
  );
});
