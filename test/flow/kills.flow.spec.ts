import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { startStack, type Stack } from '../../infra/local/stack/stack.js';
import { until } from '../../infra/local/until.js';
import { runTool } from '../support/run-tool.js';
import { startAsking, type SteadyAsker } from '../support/steady-asker.js';
import { startLoad, type SteadyLoad } from '../support/steady-load.js';
import { flowFolder, startOnSharedServers } from '../support/test-stack.js';
import { openLog, type EventLog } from '#event-log';

/**
 * The whole path with its real servers while single parts of it are killed or cut off in the middle of work. What counts is
 * said at the end: everything that was acknowledged is in the log once, and the graph is the fold of the log.
 */
const FULL = process.env['BREAKWATER_PROOF'] === 'full';
/** Each server that is killed takes a quarter of a minute to come back: builds and the full proof wait for them. */
const WITH_SERVERS = process.env['BREAKWATER_PROOF'] !== undefined;
if (!WITH_SERVERS)
  process.stdout.write(
    'skipped: the servers that are killed are left to npm run proof -- kills; here each process is\n',
  );
const OUTAGE_MS = FULL ? 60_000 : 10_000;
/** How long a server stays away. Without PostgreSQL nothing can be acknowledged, so it comes back at once. */
const AWAY_MS = { postgres: 0, kafka: OUTAGE_MS, neo4j: OUTAGE_MS } as const;
/** Acknowledgements between two kills: work must be under way when the next one falls. */
const BETWEEN = 60;
const SOON_MS = 120_000;

const APPS = ['command-api', 'event-relay', 'graph-projector', 'query-api', 'timekeeper'] as const;
const SERVERS = ['postgres', 'kafka', 'neo4j'] as const;

let stack: Stack;
let log: EventLog;
let load: SteadyLoad;
let asker: SteadyAsker;
/** A checkpoint of the audit that was kept before anything was killed. */
let witness: string;
/** From each kill until everything answers again. */
const kills: { from: number; to: number }[] = [];

beforeAll(async () => {
  stack = WITH_SERVERS
    ? await startStack({
        dataDir: await flowFolder('kills'),
        ...{ ephemeral: true, fsync: true, quick: true, ignoreEnvironment: true, neo4jHeapMb: 512 },
      })
    : await startOnSharedServers('kills');
  log = await openLog({ url: stack.env['DATABASE_URL'] ?? '', applicationName: 'kills-flow' });
  load = startLoad(
    { commandApi: stack.apps['command-api'].url, token: () => stack.issuer.tokenFor('coastal-analyst') },
    'kills',
  );
  asker = startAsking({
    queryApi: stack.apps['query-api'].url,
    organisation: ORGANISATIONS.border.name,
    token: () => stack.issuer.tokenFor('border-analyst'),
  });
  witness = await keptCheckpoint();
}, 300_000);

afterAll(async () => {
  await load?.stop().catch(() => undefined);
  await asker?.stop();
  await log?.close();
  await stack?.stop();
});

/** The newest checkpoint, written where somebody would keep it: out of the database's reach. */
async function keptCheckpoint(): Promise<string> {
  const jws = await until('no checkpoint was signed', async () => {
    const response = await fetch(`${stack.apps['command-api'].url}/v1/audit/checkpoints?newest=yes`, {
      headers: {
        authorization: `Bearer ${await stack.issuer.tokenFor('partner-auditor')}`,
        'breakwater-purpose': 'audit-review',
      },
    });
    return ((await response.json()) as { checkpoints: string[] }).checkpoints[0] ?? false;
  });
  const file = join(stack.dataDir, 'kept-checkpoint.txt');
  await writeFile(file, jws);
  return file;
}

/** Notes how long something was away, for whoever asks later what was under way then. */
async function whileAway(work: () => Promise<void>): Promise<void> {
  const from = Date.now();
  await work();
  kills.push({ from, to: Date.now() });
}

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
      await whileAway(async () => {
        await stack.apps[name].kill();
        await stack.apps[name].restart();
      });
      await moreAcknowledged(BETWEEN, `after ${name} was killed`);
    },
    SOON_MS * 3,
  );

  (WITH_SERVERS ? it : it.skip).each(SERVERS)(
    'the server %s is killed, stays away and is started again, and work goes on; without Kafka and Neo4j commands are accepted all the while',
    async (name) => {
      await moreAcknowledged(BETWEEN, `before ${name} was killed`);
      await whileAway(async () => {
        await stack.servers[name].kill();
        const end = Date.now() + AWAY_MS[name];
        // Each acknowledgement is one that came while the server was away; the loop ends with the outage.
        while (Date.now() < end) await moreAcknowledged(1, `while ${name} was away`);
        await stack.servers[name].restart();
      });
      await moreAcknowledged(BETWEEN, `after ${name} was killed`);
    },
    OUTAGE_MS + SOON_MS * 3,
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
      expect(load.acknowledged.size).toBeGreaterThan(BETWEEN * APPS.length);
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

  it(
    'every item that somebody was shown stands in the audit with its recipient, and what stands there without an answer was under way at a kill',
    async () => {
      await asker.stop();
      const rows = await log.query<{ trace: string; act: string; ids: string[]; recipients: string[] }>(
        `SELECT correlation_id AS trace, act, ids, recipients FROM audit
          WHERE subject = 'border-analyst' AND act IN ('consultation', 'disclosure')`,
        [],
      );
      const pairs = new Set(
        rows.flatMap(({ trace, ids, recipients, act }) =>
          ids.map((id) => `${trace} ${act} ${id} ${recipients.join()}`),
        ),
      );
      const missing = asker.asked.flatMap(({ trace, shown }) => [
        ...(shown?.entities ?? []).filter((id) => !pairs.has(`${trace} consultation ${id} `)),
        ...(shown?.assertions ?? []).filter(
          (id) => !pairs.has(`${trace} disclosure ${id} ${ORGANISATIONS.border.organisation}`),
        ),
      ]);
      expect(missing).toEqual([]);
      expect(asker.asked.filter(({ shown }) => (shown?.assertions.length ?? 0) > 0).length).toBeGreaterThan(20);
      const recorded = new Set(rows.map(({ trace }) => trace));
      const withoutAnswer = asker.asked.filter(({ trace, shown }) => shown === undefined && recorded.has(trace));
      const unexplained = withoutAnswer.filter(
        ({ began, ended }) => !kills.some(({ from, to }) => began <= to && ended >= from),
      );
      expect(unexplained).toEqual([]);
      expect([...recorded].filter((trace) => !asker.asked.some((one) => one.trace === trace))).toEqual([]);
    },
    SOON_MS,
  );

  it(
    'the audit is whole: every entry has its place, and the chain holds from the checkpoint that was kept before the first kill',
    async () => {
      await until('the sealer did not catch up', async () => {
        const [row] = await log.query<{ unsealed: number }>(
          'SELECT count(*)::int AS unsealed FROM audit a WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.seq = a.seq)',
          [],
        );
        return row?.unsealed === 0;
      });
      const verify = ['verify', '--json', '--checkpoint', witness];
      const verified = await runTool(stack, ['apps', 'command-api', 'audit', 'main.js'], verify, 'operations-auditor');
      expect(verified).toMatchObject({ ok: true, witnesses: 1 });
    },
    SOON_MS,
  );
});
