import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Kafka, logLevel } from 'kafkajs';
import neo4j from 'neo4j-driver';

import { checkoutRoot } from './checkout.js';
import type { LocalServers, Neo4jServer } from './local-server.js';
import { probeKafka, probeNeo4j, probePostgres, runSql } from './probes.js';
import { processFacts, processTree, processesStartedBelow } from './processes.js';
import {
  SMALL,
  compileServersMain,
  holdFolder,
  newFolder,
  startInOtherProcess,
  type Parent,
} from './servers.fixture.js';
import { startServers } from './servers.js';
import { STARTUP_MS } from './test-servers.js';
import { until } from './until.js';

/** These tests start, kill and freeze servers of their own, in a folder of their own. */
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

let letGo: () => void;
beforeAll(async () => {
  letGo = holdFolder();
  await compileServersMain();
});
afterAll(() => letGo());

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
  });

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

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };
const checkoutIsOpen = checkoutRoot()
  .split('/')
  .every((_, depth, parts) => (statSync(parts.slice(0, depth + 1).join('/') || '/').mode & 0o001) !== 0);
if (!isRoot) console.info('not root: every test in this file is the ordinary user; the tests of root are left out');
else if (!checkoutIsOpen)
  console.info('an ordinary user may not enter this checkout: what such a user starts is left out');
/** Where we are root, the servers of the next tests are an ordinary user's: root has started all three above. */
const ordinary = isRoot && checkoutIsOpen ? NOBODY : undefined;

describe('servers and the process that started them', () => {
  const dataDir = newFolder();
  let parent: Parent;

  it(
    'are left running when the parent is killed, here by an ordinary user',
    async () => {
      mkdirSync(dataDir, { recursive: true });
      if (ordinary !== undefined) chownSync(dataDir, ordinary.uid, ordinary.gid);
      parent = await startInOtherProcess({ dataDir }, ordinary);
      await runSql(parent.env['DATABASE_URL'] ?? '', 'CREATE TABLE kept (id int)');
      await probeKafka((parent.env['KAFKA_BROKERS'] ?? '').split(','));
      parent.process.kill('SIGKILL');
      await once(parent.process, 'exit');
      const orphans = processesStartedBelow(dataDir);
      expect(orphans.length).toBeGreaterThanOrEqual(3);
      if (ordinary !== undefined) for (const pid of orphans) expect(statSync(`/proc/${pid}`).uid).toBe(ordinary.uid);
    },
    STARTUP_MS,
  );

  it(
    'are ended by the next start, which keeps their data and touches nobody else',
    async () => {
      const orphans = processesStartedBelow(dataDir);
      // Somebody else whose command line looks much like ours.
      const bystander = spawn(
        process.execPath,
        ['-e', 'setInterval(() => {}, 1000)', '--', `${dataDir}/postgres-notes`],
        { stdio: 'ignore', ...ordinary },
      );
      try {
        parent = await startInOtherProcess({ dataDir }, ordinary);
        expect(orphans.filter((pid) => processFacts(pid) !== undefined)).toEqual([]);
        const [kept] = await runSql(parent.env['DATABASE_URL'] ?? '', 'SELECT count(*)::int AS rows FROM kept');
        expect(kept).toEqual({ rows: 0 });
        expect(processFacts(bystander.pid ?? 0)).toBeDefined();
      } finally {
        bystander.kill('SIGKILL');
      }
    },
    STARTUP_MS,
  );

  it(
    'end with it on Ctrl-C',
    async () => {
      expect(processesStartedBelow(dataDir).length).toBeGreaterThanOrEqual(3);
      parent.process.kill('SIGINT');
      const [code] = (await once(parent.process, 'exit')) as [number];
      expect(code).toBe(130);
      expect(processesStartedBelow(dataDir)).toEqual([]);
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
});

(isRoot ? describe : describe.skip)('started by root', () => {
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
