/** The servers of one benchmark: fresh, thrown away afterwards, durable (fsync on) as in earnest, and stopped by themselves. */
import pg from 'pg';
import { localPath, startServers, type LocalServers, type ServerName } from '../../infra/local/index.js';
import { createAppLogin } from '#event-log';
import { migrateAll } from '../../apps/command-api/migrate/migrate-all.js';
import { ProcessorTime, type CountedProcess } from '../harness/processor-time.js';

const TITLES: Record<ServerName, string> = { postgres: 'PostgreSQL', kafka: 'Kafka', neo4j: 'Neo4j' };

export async function startBenchServers(servers: ServerName[], say: (line: string) => void): Promise<LocalServers> {
  say(`starting ${servers.map((name) => TITLES[name]).join(', ')}`);
  // Always our own: load is for 127.0.0.1 only, and the processor time of somebody else's server cannot be read.
  return await startServers({
    dataDir: localPath('bench', String(process.pid)),
    servers,
    ephemeral: true,
    fsync: true,
    ignoreEnvironment: true,
    say,
  });
}

/** Brings the database, or a further one of this name, to the schema of this build and gives the application's address. */
export async function migratedDatabase(
  servers: LocalServers,
  name?: string,
): Promise<{ ownerUrl: string; appUrl: string }> {
  const ownerUrl = name === undefined ? servers.postgres.url : await furtherDatabase(servers.postgres.url, name);
  await migrateAll(ownerUrl);
  const appUrl = await createAppLogin(ownerUrl, { name: 'breakwater_bench', password: 'only-for-this-run' });
  return { ownerUrl, appUrl };
}

async function furtherDatabase(server: string, name: string): Promise<string> {
  const owner = new pg.Client({ connectionString: server });
  await owner.connect();
  await owner.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  await owner.end();
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

/** This process, the servers with all their children, and whatever else takes part. */
export function countedProcesses(
  servers: LocalServers,
  names: readonly ServerName[],
  others: readonly CountedProcess[] = [],
): ProcessorTime {
  const own: CountedProcess = { name: 'bench', pid: () => process.pid, withChildren: false };
  const counted = names.map((name) => ({ name: TITLES[name], pid: () => servers[name].pid, withChildren: true }));
  return new ProcessorTime([own, ...counted, ...others]);
}
