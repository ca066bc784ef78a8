import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot, localPath } from '../checkout.js';
import { processesStartedBelow } from '../processes.js';
import {
  STARTUP_MS,
  createDatabase,
  ownNeo4j,
  testServers,
  uniquePrefix,
  type OwnNeo4j,
  type TestDatabase,
} from '../test-servers.js';
import { until } from '../until.js';
import { APPS, compiled } from './app-process.js';
import { startStack, type Stack } from './stack.js';

/** The built apps as processes, on servers of their own: `npm test` builds first; after changes in apps, `npm run build:fast`. */
const dataDir = localPath(`test-stack-spec-${process.pid}`);
const ended: string[] = [];
let database: TestDatabase;
let neo4j: OwnNeo4j;
let stack: Stack;

beforeAll(async () => {
  const { env } = await testServers('kafka');
  [database, neo4j] = await Promise.all([createDatabase('stack'), ownNeo4j()]);
  stack = await startStack({
    dataDir,
    ephemeral: true,
    serverEnv: {
      ...env,
      DATABASE_OWNER_URL: database.url,
      NEO4J_URL: neo4j.url,
      NEO4J_USER: neo4j.user,
      NEO4J_PASSWORD: neo4j.password,
    },
    env: { BREAKWATER_TOPIC_PREFIX: `${uniquePrefix('stack')}.` },
    endedByItself: (what) => ended.push(what),
  });
}, STARTUP_MS);
afterAll(async () => {
  await stack?.stop();
  await neo4j?.release();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function status(url: string, token?: string): Promise<number> {
  const headers = { 'breakwater-purpose': 'local-stack-spec', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { headers });
  await response.text();
  return response.status;
}

describe('the local stack', () => {
  it('has every app ready, and the people of its issuer in the log', async () => {
    for (const name of APPS) expect(await status(`${stack.apps[name].url}/health/ready`)).toBe(200);
    const tail = `${stack.apps['command-api'].url}/v1/log/tail`;
    expect(await status(tail)).toBe(401);
    const auditor = stack.issuer.personas.find(({ roles }) => roles.includes('auditor'));
    expect(await status(tail, await stack.issuer.tokenFor(auditor?.name ?? ''))).toBe(200);
  });

  it('gives no app the login that owns the tables', () => {
    expect(new URL(stack.env['DATABASE_URL'] ?? 'missing').username).not.toBe(new URL(database.url).username);
    expect(Object.values(stack.env)).not.toContain(database.url);
    expect(statSync(join(dataDir, 'secrets', 'app-password')).mode & 0o777).toBe(0o600);
  });

  it(
    'starts an app again at the same address after a kill, with other settings when asked to',
    async () => {
      const app = stack.apps['command-api'];
      const { url, pid } = app;
      await app.kill();
      await expect(status(`${url}/health/ready`)).rejects.toThrow('fetch failed');
      await app.restart({ BREAKWATER_LOG_LEVEL: 'error' });
      expect([app.url, await status(`${url}/health/ready`)]).toEqual([url, 200]);
      expect(app.pid).not.toBe(pid);
      expect(ended).toEqual([]);
    },
    STARTUP_MS,
  );

  it(
    'says when an app ends by itself, and where its log is',
    async () => {
      const another = await stack.startAnother('query-api');
      expect(another.url).not.toBe(stack.apps['query-api'].url);
      process.kill(another.pid ?? 0, 'SIGKILL');
      await until('nobody was told', () => ended.length > 0);
      expect(ended).toEqual([`query-api-2 was ended by SIGKILL. Its log: ${another.logFile}`]);
      expect(existsSync(another.logFile)).toBe(true);
    },
    STARTUP_MS,
  );

  it('names the build when an app is not compiled', () => {
    expect(() => compiled('apps', 'nobody', 'main.js')).toThrow(
      `${join(checkoutRoot(), 'dist/apps/nobody/main.js')} is not there: build first (npm run build:fast).`,
    );
  });

  it('leaves nothing behind when it was thrown away', async () => {
    await stack.stop();
    expect(processesStartedBelow(dataDir)).toEqual([]);
    expect(existsSync(dataDir)).toBe(false);
  });
});
