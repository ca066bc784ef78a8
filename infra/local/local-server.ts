/** What callers hold in their hands: the options of a start, and a handle for each server. */
import type { Neo4jAddress } from './probes.js';
import type { ServerProcess } from './server-process.js';

export type ServerName = 'postgres' | 'kafka' | 'neo4j';

export interface ServersOptions {
  /** Everything of these servers is below it: data, logs, passwords. */
  dataDir: string;
  /** Which ones; all three when left out. */
  servers?: ServerName[];
  /** Thrown away at the end: the folder is removed, stops are kills, fsync is off unless asked for. */
  ephemeral?: boolean;
  fsync?: boolean;
  kafkaHeapMb?: number;
  neo4jHeapMb?: number;
  neo4jPageCacheMb?: number;
  /** JVMs that are ready sooner and half as fast later: for tests. */
  quick?: boolean;
  /** Start own servers even where the environment names some (for tests that kill them). */
  ignoreEnvironment?: boolean;
  /** Done while Kafka and Neo4j are still starting; they take ten times as long. */
  whenPostgresAnswers?: (postgres: PostgresServer) => Promise<void>;
  /** Lines for the person who waits. */
  say?: (line: string) => void;
}

/** One server: its address is stable over kill and restart. Servers of the environment can be used, not controlled. */
export interface LocalServer {
  readonly name: ServerName;
  /** From the environment: somebody else runs it. */
  readonly external: boolean;
  readonly pid: number | undefined;
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  restart(): Promise<void>;
}
export interface PostgresServer extends LocalServer {
  /** Of a server started here: its owner's. The stack makes the applications' own login. */
  readonly url: string;
  /** Owns the tables; for migrations. */
  readonly ownerUrl: string;
}
export interface KafkaServer extends LocalServer {
  readonly brokers: string[];
}
export interface Neo4jServer extends LocalServer, Neo4jAddress {
  /** Removes data, and all constraints and indexes but those of these names. */
  empty(keep?: readonly string[]): Promise<void>;
}

export interface LocalServers {
  readonly dataDir: string;
  readonly postgres: PostgresServer;
  readonly kafka: KafkaServer;
  readonly neo4j: Neo4jServer;
  /** The addresses under the names that the applications read. */
  env(): Record<string, string>;
  stop(): Promise<void>;
}

/** The handle of a server that we run. */
export function controlOf(name: ServerName, running: ServerProcess): LocalServer {
  return {
    name,
    external: false,
    get pid() {
      return running.pid;
    },
    stop: async () => await running.stop(),
    kill: async () => await running.kill(),
    pause: () => running.pause(),
    resume: () => running.resume(),
    restart: async () => await running.restart(),
  };
}

/** The handle of a server that the environment gives. */
export function controlOfExternal(name: ServerName): LocalServer {
  const refuse = (): never => {
    throw new Error(
      `${name} is given by the environment and run by somebody else: it cannot be stopped or restarted from here.`,
    );
  };
  return {
    name,
    external: true,
    pid: undefined,
    stop: async () => undefined,
    kill: async () => refuse(),
    pause: refuse,
    resume: refuse,
    restart: async () => refuse(),
  };
}
