/**
 * The real servers, for specs (`.int.spec.ts`). They are shared by all spec files of a run and started at the first
 * question; keep apart by an own database, an own prefix, or, where a graph has to be empty, an own Neo4j.
 *
 *     let database: TestDatabase;
 *     beforeAll(async () => { database = await createDatabase('append', { name: 'log', prepare: migrate }); }, STARTUP_MS);
 *     afterAll(async () => { await database.drop(); });
 *
 * `npm run test:servers` in another terminal keeps the servers up, and a single spec then starts at once.
 */
import { randomBytes } from 'node:crypto';

import { localPath } from './checkout.js';
import type { LocalServers, ServerName, ServersOptions } from './local-server.js';
import type { Neo4jAddress } from './probes.js';
import type { ControlAddress } from './test-servers/control.js';
import { makeDatabase, type Template, type TestDatabase } from './test-servers/databases.js';
import { CONTROL_TOKEN, CONTROL_URL, RUN, askControl } from './test-servers/run.js';

export type { Template, TestDatabase } from './test-servers/databases.js';

/** Time limit for a `beforeAll` that may have to wait for a server: fetching the jars is not in it, starting three JVMs on a busy machine is. */
export const STARTUP_MS = 300_000;

export interface TestServers {
  /** The owner's: makes databases and migrates them. */
  databaseUrl: string;
  kafkaBrokers: string[];
  neo4j: Neo4jAddress;
  /** The same under the names that the applications read. */
  env: Record<string, string>;
}

export interface OwnNeo4j extends Neo4jAddress {
  release(): Promise<void>;
}

function control(): ControlAddress {
  const url = process.env[CONTROL_URL];
  const token = process.env[CONTROL_TOKEN];
  if (url === undefined || token === undefined) {
    throw new Error('The test servers are known only inside Jest (its globalSetup names them): run this as a spec.');
  }
  return { url, token };
}

function run(): string {
  return process.env[RUN] ?? 'solo';
}

/** Addresses of the shared servers, started if need be. Name those that you use: the others are then not started for you. */
export async function testServers(...names: ServerName[]): Promise<TestServers> {
  const wanted: ServerName[] = names.length > 0 ? names : ['postgres', 'kafka', 'neo4j'];
  const env = await askControl<Record<string, string>>(control(), '/servers', { servers: wanted });
  const read = (name: string, server: ServerName): string => {
    const value = env[name];
    if (value === undefined)
      throw new Error(`This spec asked for ${wanted.join(', ')} only: name ${server} in testServers() too.`);
    return value;
  };
  return {
    env,
    get databaseUrl() {
      return read('DATABASE_OWNER_URL', 'postgres');
    },
    get kafkaBrokers() {
      return read('KAFKA_BROKERS', 'kafka').split(',');
    },
    get neo4j() {
      return {
        url: read('NEO4J_URL', 'neo4j'),
        user: read('NEO4J_USER', 'neo4j'),
        password: read('NEO4J_PASSWORD', 'neo4j'),
      };
    },
  };
}

/** A database of its own, empty or a copy of what the template prepares once in the whole run. */
export async function createDatabase(label = 'spec', template?: Template): Promise<TestDatabase> {
  const { databaseUrl } = await testServers('postgres');
  return await makeDatabase(databaseUrl, run(), label, template);
}

/** For topics, consumer groups and graph keys, where servers are shared: different in every call. */
export function uniquePrefix(label = 't'): string {
  return `${label}-${randomBytes(5).toString('hex')}`;
}

/**
 * A Neo4j without data that no other spec uses until `release()`; community has a single database. Servers are reused, emptied,
 * from spec file to spec file, so only the first one waits for a start. Our schema is in it and stays, and with it the plans of
 * our Cypher; `bare` gives one without. Give it back in `afterAll`.
 */
export async function ownNeo4j({ bare = false } = {}): Promise<OwnNeo4j> {
  const at = control();
  // Loaded where it is used, like the servers below: most specs need neither, and each of them loads its modules anew.
  const { SCHEMA, createSchema, openGraph } = await import('#graph');
  const named = /^CREATE (?:\w+ )*(?:CONSTRAINT|INDEX) (\w+)/;
  const keep = bare ? [] : SCHEMA.flatMap((statement) => named.exec(statement)?.[1] ?? []);
  const owner = `${run()}-${process.env['JEST_WORKER_ID'] ?? process.pid}`;
  const lease = await askControl<Neo4jAddress & { id: string }>(at, '/neo4j/lease', { owner, keep });
  const { id, url, user, password } = lease;
  if (!bare) {
    const graph = await openGraph({ url, user, password });
    await createSchema(graph);
    await graph.close();
  }
  return { url, user, password, release: async () => await askControl(at, '/neo4j/release', { id }) };
}

/** Servers of this spec alone, to be killed and frozen: small, thrown away at `stop()`. */
export async function ownServers(servers: ServerName[], options: Partial<ServersOptions> = {}): Promise<LocalServers> {
  const dataDir = localPath(`test-${process.pid}-${randomBytes(4).toString('hex')}`);
  const { startServers } = await import('./servers.js');
  return await startServers({
    dataDir,
    servers,
    ephemeral: true,
    quick: true,
    ignoreEnvironment: true,
    neo4jHeapMb: 512,
    neo4jPageCacheMb: 128,
    ...options,
  });
}
