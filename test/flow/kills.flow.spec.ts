import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { localPath } from '../../infra/local/index.js';
import { startStack, type Stack } from '../../infra/local/stack/stack.js';
import { until } from '../../infra/local/until.js';
import { mkdirSync } from 'node:fs';
import { runTool } from '../support/run-tool.js';
import { startLoad, type SteadyLoad } from '../support/steady-load.js';
import { openLog, type EventLog } from '#event-log';

/**
 * The whole path with its real servers while single parts of it are killed or cut off in the middle of work. What counts is
 * said at the end: everything that was acknowledged is in the log once, and the graph is the fold of the log.
 */
const FULL = process.env['BREAKWATER_PROOF'] === 'full';
/** How long Kafka or Neo4j stay away. */
const OUTAGE_MS = FULL ? 60_000 : 10_000;
/** Acknowledgements between two kills: work must be under way when the next one falls. */
const BETWEEN = 60;
const SOON_MS = 120_000;

const APPS = ['command-api', 'event-relay', 'graph-projector', 'query-api', 'timekeeper'] as const;
const SERVERS = ['postgres', 'kafka', 'neo4j'] as const;

let stack: Stack;
let log: EventLog;
let load: SteadyLoad;

beforeAll(async () => {
  mkdirSync(localPath('flows'), { recursive: true });
  const dataDir = await mkdtemp(join(localPath('flows'), 'kills-'));
  stack = await startStack({ dataDir, ephemeral: true, fsync: true, quick: true, ignoreEnvironment: true, neo4jHeapMb: 512 });
  log = await openLog({ url: stack.env['DATABASE_URL'] ?? '', applicationName: 'kills-flow' });
  load = startLoad(
    { commandApi: stack.apps['command-api'].url, token: () => stack.issuer.tokenFor('coastal-analyst') },
    'kills',
  );
}, 300_000);

afterAll(async () => {
  await load?.stop().catch(() => undefined);
  await log?.close();
  await stack?.stop();
}, 120_000);

async function moreAcknowledged(count: number, after: string): Promise<void> {
  const wanted = load.acknowledged.size + count;
  await until(
    `no ${count} further acknowledgements ${after}`,
    () => load.failure() !== undefined || load.acknowledged.size >= wanted,
    SOON_MS,
  );
  const failure = load.failure();
  if (failure !== undefined) throw failure;
}

async function answering(): Promise<void> {
  await until('PostgreSQL did not answer again', async () => (await log.query('SELECT 1', [])).length === 1, SOON_MS);
}

describe('while reports keep coming in', () => {
  it.each(APPS)(
    'the process %s is killed and started again, and work goes on',
    async (name) => {
      await moreAcknowledged(BETWEEN, `before ${name} was killed`);
      await stack.apps[name].kill();
      await stack.apps[name].restart();
      await moreAcknowledged(BETWEEN, `after ${name} was killed`);
    },
    SOON_MS * 3,
  );

  it.each(SERVERS)(
    'the server %s is killed and started again, and work goes on',
    async (name) => {
      await moreAcknowledged(BETWEEN, `before ${name} was killed`);
      await stack.servers[name].kill();
      await stack.servers[name].restart();
      await moreAcknowledged(BETWEEN, `after ${name} was killed`);
    },
    SOON_MS * 3,
  );

  it.each(['kafka', 'neo4j'] as const)(
    '%s stays away for a while, and commands are accepted all the same',
    async (name) => {
      await stack.servers[name].kill();
      const end = Date.now() + OUTAGE_MS;
      // Each acknowledgement is one that came while the server was away; the loop ends with the outage.
      while (Date.now() < end) await moreAcknowledged(1, `while ${name} was away`);
      await stack.servers[name].restart();
    },
    OUTAGE_MS + SOON_MS * 2,
  );
});

describe('when it is quiet again', () => {
  it(
    'no reference was acknowledged with two different ids',
    async () => {
      await load.stop();
      expect(load.contradictions).toEqual([]);
    },
    SOON_MS,
  );

  it(
    'every acknowledged report is in the log exactly once, and no reference has two',
    async () => {
      await answering();
      const rows = await log.query<{ stream: string; reference: string }>(
        `SELECT stream, body::jsonb #>> '{data,reference}' AS reference FROM events WHERE type = 'assertion.made'`,
        [],
      );
      const inLog = new Map(rows.map(({ reference, stream }) => [reference, stream]));
      expect(rows.length).toBe(inLog.size);
      const lost = [...load.acknowledged].filter(([reference, id]) => inLog.get(reference) !== `assertion-${id}`);
      expect(lost).toEqual([]);
      expect(load.acknowledged.size).toBeGreaterThan(BETWEEN * 7);
    },
    SOON_MS,
  );

  it(
    'the backlog drains: every event has a position, was sent, and has been applied',
    async () => {
      await until(
        'the relay did not catch up',
        async () => {
          const [head, published, [events]] = await Promise.all([
            log.positions.head(),
            log.positions.published(),
            log.query<{ n: string }>('SELECT count(*) AS n FROM events', []),
          ]);
          return head === Number(events?.n) && published === head;
        },
        SOON_MS,
      );
      await until(
        'the projector did not catch up',
        async () => {
          const response = await fetch(`${stack.apps['query-api'].url}/v1/questions/entity-card`, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${await stack.issuer.tokenFor('coastal-analyst')}`,
              'content-type': 'application/json',
              'breakwater-purpose': 'OP-TIDE',
            },
            body: JSON.stringify({ seed: { value: '+44 7700 900100' }, limit: 1 }),
          });
          return response.ok && ((await response.json()) as { lagSeconds: number }).lagSeconds === 0;
        },
        SOON_MS,
      );
    },
    SOON_MS * 3,
  );

  it(
    'the graph is the fold of the log, and nothing was parked because of an outage',
    async () => {
      const verified = await runTool(stack, ['apps', 'graph-projector', 'graph', 'main.js'], ['verify', '--json']);
      expect(verified).toMatchObject({ ok: true });
      const parked = await runTool(stack, ['apps', 'graph-projector', 'parked', 'main.js'], ['list', '--json']);
      expect(parked).toMatchObject({ ok: true, parked: [] });
    },
    SOON_MS * 2,
  );
});
