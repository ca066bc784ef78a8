/** Neo4j community: Bolt on 127.0.0.1 only, authentication on, own password per data folder. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { JvmArguments } from './jvm.js';
import type { Place } from './place.js';
import type { Java } from './prerequisites.mjs';
import { probeNeo4j, setFirstNeo4jPassword, type Neo4jAddress } from './probes.js';
import { ServerProcess } from './server-process.js';

const START_WITHIN_MS = 240_000; // on a very busy machine; 6 s on an idle one
const STOP_WITHIN_MS = 20_000;
const TRANSACTION_TIMEOUT = '60s';
const OPENED = ['java.nio', 'java.io', 'sun.nio.ch', 'java.util.concurrent'];

/**
 * Most of what a short-lived server does is to plan: each Cypher anew when the graph has grown, as every spec's does, and once for
 * each order of magnitude of each list that it is given.
 */
const PLANNED_ONCE = ['dbms.cypher.min_replan_interval=1h', 'internal.cypher.use_parameter_size=false'];

export interface Neo4jOptions {
  heapMb: number;
  pageCacheMb: number;
  quick: boolean;
}

function configuration(port: number, options: Neo4jOptions): string {
  return [
    'server.default_listen_address=127.0.0.1',
    `server.bolt.listen_address=127.0.0.1:${port}`,
    `server.bolt.advertised_address=127.0.0.1:${port}`,
    'server.http.enabled=false',
    'server.https.enabled=false',
    `server.memory.pagecache.size=${options.pageCacheMb}m`,
    'dbms.usage_report.enabled=false',
    'dbms.security.auth_enabled=true',
    `db.transaction.timeout=${TRANSACTION_TIMEOUT}`,
    'db.tx_log.preallocate=false', // half a gigabyte per data folder otherwise
    // The databases are closed 0.2 s after SIGTERM; Bolt would then wait two times 5 s for connections that are gone.
    'internal.server.bolt.thread_pool_shutdown_wait_time=200ms',
    'internal.server.bolt.connection_shutdown_wait_time=200ms',
    ...(options.quick ? PLANNED_ONCE : []),
    '',
  ].join('\n');
}

/** Prepares the data folder and describes the server; start() is the caller's. */
export function neo4jServer(
  place: Place,
  java: Java,
  jars: string,
  port: number,
  options: Neo4jOptions,
): { server: ServerProcess; address: Neo4jAddress } {
  const conf = join(place.folder, 'conf');
  mkdirSync(conf, { recursive: true });
  writeFileSync(join(conf, 'neo4j.conf'), configuration(port, options));
  const jvm = new JvmArguments(join(place.folder, 'jvm.args'), {
    java,
    jars,
    quick: options.quick,
    options: [
      `-Xms${options.heapMb}m`,
      `-Xmx${options.heapMb}m`,
      '-XX:+ExitOnOutOfMemoryError',
      ...OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    ],
  });
  const address = { url: `bolt://127.0.0.1:${port}`, user: 'neo4j', password: place.secret('neo4j-password') };
  const mark = `--home-dir=${place.folder}`;
  const passwordIsSet = join(place.folder, 'password-is-set');
  const server = new ServerProcess({
    name: 'Neo4j',
    command: java.command,
    args: [jvm.argument, 'org.neo4j.server.CommunityEntryPoint', mark, `--config-dir=${conf}`],
    cwd: place.folder,
    logFile: place.logFile,
    mark,
    beforeStart: () => jvm.write(),
    afterEnd: (wasKilled) => jvm.ended(wasKilled),
    probe: async () => {
      // The other order would count as failed log-ins, of which three lock the user out. Killed between the two lines, the
      // fresh password is tried once more and refused, and the probe after it finds the new one in force.
      if (!existsSync(passwordIsSet)) await firstPassword(address, passwordIsSet);
      await probeNeo4j(address);
    },
    stopSignal: 'SIGTERM',
    startWithinMs: START_WITHIN_MS,
    stopWithinMs: () => jvm.stopWithinMs(place.ephemeral ? 0 : STOP_WITHIN_MS),
  });
  return { server, address };
}

async function firstPassword(address: Neo4jAddress, marker: string): Promise<void> {
  try {
    await setFirstNeo4jPassword(address);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'Neo.ClientError.Security.Unauthorized') throw error;
    await probeNeo4j(address);
  }
  writeFileSync(marker, '');
}
