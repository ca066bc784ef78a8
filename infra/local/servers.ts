/**
 * PostgreSQL, Kafka and Neo4j as child processes, started side by side on free ports of 127.0.0.1. Whichever the
 * environment already gives (DATABASE_URL, KAFKA_BROKERS, NEO4J_URL) is used as it is, and nothing is started for it.
 *
 *     const servers = await startServers({ dataDir: localPath('data') });
 *     await servers.kafka.kill();  await servers.kafka.restart();  await servers.stop();
 */
import { mkdirSync, realpathSync } from 'node:fs';

import { closeWithProcess } from './closing.js';
import { lockFolder } from './folder-lock.js';
import { serverJars, type ServerJars } from './jars.js';
import { kafkaServer } from './kafka.js';
import {
  controlOf,
  controlOfExternal,
  type KafkaServer,
  type LocalServers,
  type Neo4jServer,
  type PostgresServer,
  type ServersOptions,
} from './local-server.js';
import { neo4jServer } from './neo4j.js';
import { ensureDatabase, postgresServer } from './postgres.js';
import { findJava, missingPrerequisites, type Java } from './prerequisites.mjs';
import { emptyNeo4j, probeKafka, probeNeo4j, probePostgres } from './probes.js';
import { Startup } from './startup.js';

const NOTHING = Promise.resolve(undefined);
const HEAP_MB = { kafka: 512, neo4j: 1_024, neo4jPageCache: 512 };

/** What the environment says about servers that run already. */
interface Given {
  databaseUrl: string | undefined;
  kafkaBrokers: string | undefined;
  neo4jUrl: string | undefined;
}

function given(options: ServersOptions): Given {
  const read = (name: string) => (options.ignoreEnvironment === true ? undefined : process.env[name] || undefined);
  return { databaseUrl: read('DATABASE_URL'), kafkaBrokers: read('KAFKA_BROKERS'), neo4jUrl: read('NEO4J_URL') };
}

function notAnswering(variable: string): (error: unknown) => never {
  return (error) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The server that ${variable} names does not answer (${why}): start it, correct ${variable}, or remove it from the environment to have one started here.`,
    );
  };
}

async function startPostgres(startup: Startup, url: string | undefined): Promise<PostgresServer> {
  if (url !== undefined) {
    await probePostgres(url).catch(notAnswering('DATABASE_URL'));
    return { ...controlOfExternal('postgres'), url, ownerUrl: process.env['DATABASE_OWNER_URL'] || url };
  }
  const fsync = startup.options.fsync ?? startup.options.ephemeral !== true;
  const made = await startup.onFreePorts(1, async ([port = 0]) => {
    const postgres = await postgresServer(startup.place('postgres'), port, { fsync });
    startup.alsoOwns(postgres.folder);
    return postgres;
  });
  await ensureDatabase(made.url);
  return Object.assign(controlOf('postgres', made.server), { url: made.url, ownerUrl: made.url });
}

async function startAndUsePostgres(startup: Startup, url: string | undefined): Promise<PostgresServer> {
  const postgres = await startPostgres(startup, url);
  await startup.options.whenPostgresAnswers?.(postgres);
  return postgres;
}

type Jvm = () => Promise<{ java: Java; jars: ServerJars }>;

async function startKafka(startup: Startup, list: string | undefined, jvm: Jvm): Promise<KafkaServer> {
  if (list !== undefined) {
    const brokers = list.split(',').map((broker) => broker.trim());
    await probeKafka(brokers).catch(notAnswering('KAFKA_BROKERS'));
    return { ...controlOfExternal('kafka'), brokers };
  }
  const { java, jars } = await jvm();
  const heapMb = startup.options.kafkaHeapMb ?? HEAP_MB.kafka;
  const made = await startup.onFreePorts(2, async ([port = 0, controller = 0]) => {
    return await kafkaServer(startup.place('kafka'), java, jars.kafka, [port, controller], {
      heapMb,
      quick: startup.options.quick ?? false,
    });
  });
  return Object.assign(controlOf('kafka', made.server), { brokers: made.brokers });
}

async function startNeo4j(startup: Startup, url: string | undefined, jvm: Jvm): Promise<Neo4jServer> {
  if (url !== undefined) {
    const address = { url, user: process.env['NEO4J_USER'] ?? 'neo4j', password: process.env['NEO4J_PASSWORD'] ?? '' };
    await probeNeo4j(address).catch(notAnswering('NEO4J_URL'));
    return { ...controlOfExternal('neo4j'), ...address, empty: async (keep) => await emptyNeo4j(address, keep) };
  }
  const { java, jars } = await jvm();
  const options = {
    heapMb: startup.options.neo4jHeapMb ?? HEAP_MB.neo4j,
    pageCacheMb: startup.options.neo4jPageCacheMb ?? HEAP_MB.neo4jPageCache,
    quick: startup.options.quick ?? false,
  };
  const made = await startup.onFreePorts(1, async ([port = 0]) =>
    neo4jServer(startup.place('neo4j'), java, jars.neo4j, port, options),
  );
  return Object.assign(controlOf('neo4j', made.server), made.address, {
    empty: async (keep?: readonly string[]) => await emptyNeo4j(made.address, keep),
  });
}

function jvmOnce(say: (line: string) => void): Jvm {
  let found: ReturnType<Jvm> | undefined;
  return async () => {
    found ??= (async () => {
      const java = findJava();
      if (java === undefined) throw new Error(missingPrerequisites({ servers: true, fetch: false }).join('\n'));
      return { java, jars: await serverJars(java, say) };
    })();
    return await found;
  };
}

/** Starts what is asked for and returns when all of it answers. What this process starts ends with it, however it ends. */
export async function startServers(options: ServersOptions): Promise<LocalServers> {
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const unlock = lockFolder(dataDir);
  const startup = new Startup(dataDir, options);
  const unlist = closeWithProcess({
    close: async () => {
      await startup.stop();
      unlock();
    },
    closeNow: () => {
      startup.stopNow();
      unlock();
    },
  });
  const stop = async () => {
    await startup.stop();
    unlock();
    unlist();
  };
  const { databaseUrl, kafkaBrokers, neo4jUrl } = given(options);
  const wanted = options.servers ?? ['postgres', 'kafka', 'neo4j'];
  const jvm = jvmOnce((line) => options.say?.(line));
  const starts = [
    wanted.includes('postgres') ? startAndUsePostgres(startup, databaseUrl) : NOTHING,
    wanted.includes('kafka') ? startKafka(startup, kafkaBrokers, jvm) : NOTHING,
    wanted.includes('neo4j') ? startNeo4j(startup, neo4jUrl, jvm) : NOTHING,
  ] as const;
  try {
    const [postgres, kafka, neo4j] = await Promise.all(starts);
    return handles(dataDir, stop, { postgres, kafka, neo4j });
  } catch (error) {
    await startup.stop(); // the others need not come up any more
    await Promise.allSettled(starts);
    await stop();
    throw error;
  }
}

interface Started {
  postgres: PostgresServer | undefined;
  kafka: KafkaServer | undefined;
  neo4j: Neo4jServer | undefined;
}

function handles(dataDir: string, stop: () => Promise<void>, started: Started): LocalServers {
  const { postgres, kafka, neo4j } = started;
  const need = <T>(server: T | undefined, name: string): T => {
    if (server === undefined)
      throw new Error(`${name} is not among the servers that were started: name it in the option "servers".`);
    return server;
  };
  return {
    dataDir,
    stop,
    get postgres() {
      return need(postgres, 'postgres');
    },
    get kafka() {
      return need(kafka, 'kafka');
    },
    get neo4j() {
      return need(neo4j, 'neo4j');
    },
    env: () => ({
      ...(postgres && { DATABASE_OWNER_URL: postgres.ownerUrl, DATABASE_URL: postgres.url }),
      ...(kafka && { KAFKA_BROKERS: kafka.brokers.join(',') }),
      ...(neo4j && { NEO4J_URL: neo4j.url, NEO4J_USER: neo4j.user, NEO4J_PASSWORD: neo4j.password }),
    }),
  };
}
