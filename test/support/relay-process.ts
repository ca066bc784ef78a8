/** The built relay as processes of its own: to be stopped, frozen and killed, several on one log. */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { localPath } from '../../infra/local/checkout.js';
import { makeApp, type AppHandle } from '../../infra/local/stack/app-process.js';

export interface RelayPlace {
  databaseUrl: string;
  brokers: readonly string[];
  /** Of its topics; also names its logs. */
  prefix: string;
  leaseSeconds?: number;
}

export interface RelayProcess extends AppHandle {
  /** Log lines so far, parsed. */
  lines(): Promise<{ msg: string; alarm?: string; app?: string }[]>;
}

/** Starts a relay; it is ready when it works or stands by. */
export async function startRelayProcess(place: RelayPlace, instance = 'relay'): Promise<RelayProcess> {
  const dataDir = localPath(`relays/${place.prefix}`);
  mkdirSync(`${dataDir}/logs`, { recursive: true });
  const app = await makeApp('event-relay', {
    instance,
    dataDir,
    env: {
      BREAKWATER_ENV: 'local',
      DATABASE_URL: place.databaseUrl,
      KAFKA_BROKERS: place.brokers.join(','),
      BREAKWATER_TOPIC_PREFIX: place.prefix,
      BREAKWATER_RELAY_LEASE_SECONDS: String(place.leaseSeconds ?? 1),
    },
    endedByItself: () => undefined,
  });
  await app.start();
  return Object.assign(app, {
    lines: async () => {
      const text = await readFile(app.logFile, 'utf8');
      return text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { msg: string; alarm?: string });
    },
  });
}
