import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { currentTopics, openLog, type EventLog } from '#event-log';
import { openGraph, positionKey, readParked, readPositions, type Graph } from '#graph';
import { checkoutRoot, localPath } from '../../infra/local/index.js';
import { compiled } from '../../infra/local/stack/app-process.js';
import { startStack, type Stack } from '../../infra/local/stack/stack.js';
import { until } from '../../infra/local/until.js';
import { newStream, someDraft, writeTo } from '../support/log-events.js';

/**
 * The built projector on real servers while Kafka forgets, the graph is put back and a second projector works beside it. After
 * each step the graph must be the fold of the log, which the command-line tool says as an operator would ask it.
 */
const SOON_MS = 120_000;
jest.setTimeout(SOON_MS * 2);
const EVENTS = process.env['BREAKWATER_PROOF'] === 'full' ? 5_000 : 200;
const GROUP = 'graph-projector.graph';

let stack: Stack;
let log: EventLog;
let graph: Graph;
let owner: pg.Client;

beforeAll(async () => {
  mkdirSync(localPath('flows'), { recursive: true });
  const dataDir = await mkdtemp(join(localPath('flows'), 'projector-'));
  stack = await startStack({
    dataDir,
    ephemeral: true,
    quick: true,
    ignoreEnvironment: true,
    neo4jHeapMb: 512,
    neo4jPageCacheMb: 128,
    apps: ['command-api', 'event-relay', 'graph-projector'],
    appEnv: {
      'graph-projector': { BREAKWATER_PROJECTOR_LEASE_SECONDS: '2', BREAKWATER_PROJECTOR_SESSION_TIMEOUT_MS: '6000' },
    },
  });
  log = await openLog({ url: stack.env['DATABASE_URL'] ?? '', applicationName: 'projector-flow' });
  graph = await openGraph(stack.servers.neo4j);
  owner = new pg.Client({ connectionString: stack.servers.postgres.ownerUrl });
  await owner.connect();
}, 300_000);

afterAll(async () => {
  await owner?.end();
  await graph?.close();
  await log?.close();
  await stack?.stop();
}, 120_000);

async function append(events = EVENTS): Promise<void> {
  for (let left = events; left > 0; left -= 200) {
    const streams = Array.from({ length: Math.min(200, left) }, () => writeTo(newStream()));
    await log.transact(() => Promise.resolve({ append: streams, afterwards: () => Promise.resolve() }));
  }
}

async function sent(): Promise<void> {
  await until(
    'not everything was sent',
    async () => {
      const [row] = await log.query<{ n: string }>('SELECT count(*) AS n FROM events', []);
      return (await log.positions.published()) === Number(row?.n);
    },
    SOON_MS,
  );
}

async function applied(): Promise<void> {
  await sent();
  await until(
    'the graph did not catch up',
    async () => {
      const last = new Map((await readPositions(graph)).map((node) => [node.key, node.last]));
      return currentTopics(await log.topics()).every(({ topic, generation, partitions }) =>
        partitions.every(
          ({ partition, lastPosition }) => (last.get(positionKey(topic, generation, partition)) ?? 0) >= lastPosition,
        ),
      );
    },
    SOON_MS,
  );
}

async function tool(name: 'graph' | 'parked', ...args: string[]): Promise<Record<string, unknown>> {
  const env = {
    ...process.env,
    ...stack.env,
    BREAKWATER_COMMAND_URL: stack.apps['command-api'].url,
    BREAKWATER_TOKEN: await stack.issuer.tokenFor('operations-administrator'),
  };
  const entry = compiled('apps', 'graph-projector', name, 'main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...args, '--json'], {
    cwd: checkoutRoot(),
    env,
  }).catch((error: { stdout?: string; stderr?: string }) => {
    throw new Error(`${name} ${args.join(' ')} failed:\n${error.stdout ?? ''}\n${error.stderr ?? ''}`);
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

async function gaps(kind: 'hole' | 'tail'): Promise<number> {
  const text = await (await fetch(`${stack.apps['graph-projector'].url}/metrics`)).text();
  return Number(new RegExp(`^graph_projector_gaps_total\\{kind="${kind}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

function kafka(): Kafka {
  return new Kafka({ brokers: stack.servers.kafka.brokers, logLevel: logLevel.NOTHING });
}

async function graphIsTheFoldOfTheLog(): Promise<void> {
  expect(await tool('graph', 'verify')).toMatchObject({ ok: true, differences: [] });
}

describe('the graph is the fold of the log', () => {
  it('after a first load, with no gap on the way', async () => {
    await append();
    await applied();
    expect(await gaps('hole')).toBe(0);
    await graphIsTheFoldOfTheLog();
  });

  it('after a topic was deleted before it was read, with nothing ever sent to it again', async () => {
    const projector = stack.apps['graph-projector'];
    await projector.stop();
    await append();
    await sent();
    await stack.apps['event-relay'].stop(); // which would make the topic again
    const admin = kafka().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: ['network.events.g1'] });
    await admin.disconnect();
    await projector.restart();
    await applied();
    expect(await gaps('tail')).toBeGreaterThan(0);
    await graphIsTheFoldOfTheLog();
    await stack.apps['event-relay'].restart();
  });

  it('after the offsets of the consumer were wiped', async () => {
    const projector = stack.apps['graph-projector'];
    await append();
    await applied();
    await projector.stop();
    const admin = kafka().admin();
    await admin.connect();
    await until('the group did not become empty', async () => (await admin.deleteGroups([GROUP])).length > 0, SOON_MS);
    await admin.disconnect();
    await projector.restart();
    await append();
    await applied();
    expect(await gaps('tail')).toBe(0);
    await graphIsTheFoldOfTheLog();
  });

  it('after the graph was restored from an older copy under a running projector', async () => {
    const { neo4j } = stack.servers;
    const [data, copy] = [join(stack.dataDir, 'neo4j', 'data'), join(stack.dataDir, 'neo4j-older')];
    await neo4j.stop();
    await cp(data, copy, { recursive: true });
    await neo4j.restart();
    await append();
    await applied();
    await neo4j.stop();
    await rm(data, { recursive: true });
    await cp(copy, data, { recursive: true });
    await neo4j.restart();
    await append(1);
    await applied();
    await graphIsTheFoldOfTheLog();
    expect(await readParked(graph)).toEqual([]);
  });

  it('after a projector was frozen past its lease and its session, and went on beside its successor', async () => {
    const zombie = stack.apps['graph-projector'];
    zombie.pause();
    const successor = await stack.startAnother('graph-projector', { BREAKWATER_PROJECTOR_LEASE_SECONDS: '2' });
    await append();
    await applied();
    zombie.resume();
    await append();
    await applied();
    await successor.stop();
    await append();
    await applied();
    await graphIsTheFoldOfTheLog();
  });

  it('after a rebuild beside the running projector, and is the same graph', async () => {
    const live = await tool('graph', 'digest');
    expect(await tool('graph', 'rebuild')).toMatchObject({ ok: true, events: await log.positions.head() });
    const { hash, statements } = await tool('graph', 'digest');
    expect({ hash, statements }).toEqual({ hash: live['hash'], statements: live['statements'] });
    await append();
    await applied();
    await graphIsTheFoldOfTheLog();
  });
});

describe('an event that cannot be read', () => {
  it('is parked with its stream alone, listed with its reason, and discarded by a decision', async () => {
    const stream = newStream();
    await stack.apps['event-relay'].stop();
    await log.transact(() => Promise.resolve({ append: [writeTo(stream, 0, 3)], afterwards: () => Promise.resolve() }));
    await owner.query("UPDATE events SET body = 'no JSON' WHERE stream = $1 AND stream_version = 2", [stream]);
    await append();
    await stack.apps['event-relay'].restart();
    await applied();
    expect(await tool('parked', 'list')).toMatchObject({
      ok: true,
      parked: [
        { stream, streamVersion: 2, code: 'event.undecodable', reason: 'the body is not JSON' },
        { stream, streamVersion: 3, code: 'behind' },
      ],
    });
    await graphIsTheFoldOfTheLog();
    await tool('parked', 'discard', stream, '--reason', 'damaged by hand');
    await until('the decision was not carried out', async () => (await readParked(graph)).length === 0, SOON_MS);
    await applied();
    await graphIsTheFoldOfTheLog();
  });

  it('comes back by a replay once it can be read again', async () => {
    const stream = newStream();
    await stack.apps['event-relay'].stop();
    const draft = someDraft();
    await log.transact(() =>
      Promise.resolve({
        append: [{ ...writeTo(stream), events: [draft] }],
        afterwards: () => Promise.resolve(),
      }),
    );
    const { rows } = await owner.query<{ body: string }>('SELECT body FROM events WHERE stream = $1', [stream]);
    await owner.query("UPDATE events SET body = 'no JSON' WHERE stream = $1", [stream]);
    await stack.apps['event-relay'].restart();
    await applied();
    expect(await readParked(graph)).toMatchObject([{ stream }]);
    await owner.query('UPDATE events SET body = $2 WHERE stream = $1', [stream, rows[0]?.body]);
    await tool('parked', 'replay', stream, '--reason', 'the cause was mended');
    await until('the decision was not carried out', async () => (await readParked(graph)).length === 0, SOON_MS);
    await applied();
    await graphIsTheFoldOfTheLog();
  });
});
