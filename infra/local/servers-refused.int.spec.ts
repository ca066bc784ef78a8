import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { probePostgres } from './probes.js';
import { processesStartedBelow } from './processes.js';
import { SMALL, holdFolder, newFolder } from './servers.fixture.js';
import { startServers } from './servers.js';
import { STARTUP_MS } from './test-servers.js';

let letGo: () => void;
beforeAll(() => (letGo = holdFolder()));
afterAll(() => letGo());

describe('servers', () => {
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
