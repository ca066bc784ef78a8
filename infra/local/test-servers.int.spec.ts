import { Kafka, logLevel } from 'kafkajs';
import neo4j from 'neo4j-driver';

import { runSql } from './probes.js';
import { STARTUP_MS, createDatabase, ownNeo4j, testServers, uniquePrefix, type TestDatabase } from './test-servers.js';

const made: TestDatabase[] = [];

async function database(...parameters: Parameters<typeof createDatabase>): Promise<TestDatabase> {
  const one = await createDatabase(...parameters);
  made.push(one);
  return one;
}

async function countNodes(at: { url: string; user: string; password: string }, statement: string): Promise<number> {
  const driver = neo4j.driver(at.url, neo4j.auth.basic(at.user, at.password), { disableLosslessIntegers: true });
  try {
    await driver.executeQuery(statement);
    const { records } = await driver.executeQuery('MATCH (n) RETURN count(n) AS nodes');
    return records[0]?.get('nodes') as number;
  } finally {
    await driver.close();
  }
}

describe('the servers of a test run', () => {
  afterAll(async () => {
    await Promise.all(made.map(async (one) => await one.drop()));
  });

  it(
    'give each spec file a database in which nobody else writes',
    async () => {
      const [mine, yours] = [await database('mine'), await database('yours')];
      await runSql(mine.url, 'CREATE TABLE kept (id int)');
      await expect(runSql(yours.url, 'SELECT * FROM kept')).rejects.toThrow('does not exist');
    },
    STARTUP_MS,
  );

  it(
    'prepare a template once, however many databases are copied from it at the same time',
    async () => {
      let prepared = 0;
      const template = {
        name: uniquePrefix('template'),
        prepare: async (url: string) => {
          prepared++;
          await runSql(url, 'CREATE TABLE kept (id int)', 'INSERT INTO kept VALUES (7)');
        },
      };
      const copies = await Promise.all([1, 2, 3].map(async () => await database('copy', template)));
      for (const copy of copies) expect(await runSql(copy.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
      expect(prepared).toBe(1);
    },
    STARTUP_MS,
  );

  it(
    'give a graph that is empty, and empty it again before the next owner; our own schema stays unless somebody wants none',
    async () => {
      const first = await ownNeo4j({ bare: true });
      expect(await countNodes(first, 'CREATE CONSTRAINT entity_id FOR (e:Entity) REQUIRE e.id IS UNIQUE')).toBe(0);
      expect(await countNodes(first, 'CREATE CONSTRAINT by_key FOR (e:Entity) REQUIRE e.key IS UNIQUE')).toBe(0);
      expect(await countNodes(first, 'CREATE INDEX by_name FOR (e:Entity) ON (e.name)')).toBe(0);
      expect(
        await countNodes(
          first,
          "UNWIND range(1, 12000) AS i CREATE (:Entity {id: toString(i)})-[:SAME_AS]->(:Entity {id: 'x' + toString(i)})",
        ),
      ).toBe(24_000);
      await first.release();
      const second = await ownNeo4j();
      expect(second.url).toBe(first.url);
      // Would be refused if the foreign constraint were left.
      expect(await countNodes(second, "CREATE (:Entity {id: '1', key: 'k'}), (:Entity {id: '2', key: 'k'})")).toBe(2);
      await expect(countNodes(second, "CREATE (:Entity {id: '1'})")).rejects.toThrow('already exists');
      await second.release();
      const third = await ownNeo4j({ bare: true });
      expect(await countNodes(third, "CREATE (:Entity {id: '1'}), (:Entity {id: '1'})")).toBe(2);
      await third.release();
    },
    STARTUP_MS,
  );

  it(
    'answer in all three protocols',
    async () => {
      const servers = await testServers();
      const kafka = new Kafka({ brokers: servers.kafkaBrokers, logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      const topic = uniquePrefix('topic');
      expect(await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })).toBe(true);
      await admin.deleteTopics({ topics: [topic] });
      await admin.disconnect();
      expect(await runSql(servers.databaseUrl, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
      await expect(countNodes({ ...servers.neo4j, password: 'guessed' }, 'RETURN 1')).rejects.toThrow('unauthorized');
    },
    STARTUP_MS,
  );
});
