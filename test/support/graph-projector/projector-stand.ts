/** The built projector on real servers of its own, with what a flow spec asks about it and does to it. */
import { Kafka, logLevel, type Admin } from 'kafkajs';
import pg from 'pg';
import { currentTopics, openLog, type EventLog, type StreamWrite } from '#event-log';
import { openGraph, positionKey, readPositions, type Graph } from '#graph';
import { idKey } from '#identifiers';
import { CONSUMER_GROUP } from '../../../apps/graph-projector/bootstrap.js';
import { projectorLog } from '../../../apps/graph-projector/ports.js';
import { entityIds } from '../../../apps/graph-projector/projections/entity-ids.js';
import { verifyGraph, type Verified } from '../../../apps/graph-projector/graph/verify.js';
import { startStack, type Stack, type StackOptions } from '../../../infra/local/stack/stack.js';
import { until } from '../../../infra/local/until.js';
import { newStream, writeTo } from '../log-events.js';
import { runTool } from '../run-tool.js';
import { flowFolder, startOnSharedServers, withOwner, type SharedStack } from '../test-stack.js';

const SOON_MS = 120_000;
const EVENTS_OF_ONE_APPEND = 200;
/** Short, so that a successor is at work soon; a session of Kafka cannot be shorter than six seconds. */
const TURNS = { BREAKWATER_PROJECTOR_LEASE_SECONDS: '2', BREAKWATER_PROJECTOR_SESSION_TIMEOUT_MS: '6000' };

/** What is under proof. */
const WORK = {
  apps: ['command-api', 'event-relay', 'graph-projector'],
  appEnv: { 'graph-projector': TURNS },
} satisfies Partial<StackOptions>;

export interface ProjectorStand {
  stack: Stack;
  /** Group under which the projector reads. */
  group: string;
  log: EventLog;
  graph: Graph;
  /** As the owner of the database, who may do what no application can. */
  owner: pg.Client;
  /** So many events, each a stream of its own. */
  append(events: number): Promise<void>;
  write(streams: StreamWrite[]): Promise<void>;
  /** Until Kafka has acknowledged all that the log holds. */
  sent(): Promise<void>;
  /** Until the graph says that all of it took effect. */
  applied(): Promise<void>;
  verified(): Promise<Verified>;
  /** Gaps that this process healed since it started. */
  gaps(kind: 'hole' | 'tail'): Promise<number>;
  withKafka<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  tool(name: 'graph' | 'parked', ...args: string[]): Promise<Record<string, unknown>>;
  another(): ReturnType<Stack['startAnother']>;
  stop(): Promise<void>;
}

async function startWithServers(): Promise<SharedStack> {
  const stack = await startStack({
    ...WORK,
    dataDir: await flowFolder('projector'),
    ...{ ephemeral: true, quick: true, ignoreEnvironment: true, neo4jHeapMb: 512, neo4jPageCacheMb: 128 },
  });
  return withOwner(stack, stack.servers.postgres.ownerUrl);
}

/** @param ownServers to be killed and put back; otherwise those of the run serve */
export async function startProjectorStand({ ownServers }: { ownServers: boolean }): Promise<ProjectorStand> {
  const stack = ownServers ? await startWithServers() : await startOnSharedServers('projector', WORK);
  const setting = (name: string): string => stack.env[name] ?? '';
  const log = await openLog({ url: setting('DATABASE_URL'), applicationName: 'projector-flow' });
  const graph = await openGraph({
    ...{ url: setting('NEO4J_URL'), user: setting('NEO4J_USER'), password: setting('NEO4J_PASSWORD') },
  });
  const owner = new pg.Client({ connectionString: stack.ownerUrl });
  await owner.connect();
  const stores = { log: projectorLog(log), idOf: entityIds(idKey(setting('BREAKWATER_ID_KEY'))) };
  const kafka = new Kafka({ brokers: setting('KAFKA_BROKERS').split(','), logLevel: logLevel.NOTHING });

  const write = async (append: StreamWrite[]): Promise<void> =>
    await log.transact(() => Promise.resolve({ append, afterwards: () => Promise.resolve() }));
  const sent = async (): Promise<void> => {
    const [row] = await log.query<{ events: number }>('SELECT count(*)::int AS events FROM events', []);
    const isSent = async (): Promise<boolean> => (await log.positions.published()) === row?.events;
    await until('not everything was sent', isSent, SOON_MS);
  };
  const applied = async (): Promise<void> => {
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
  };
  return {
    stack,
    group: `${setting('BREAKWATER_TOPIC_PREFIX')}${CONSUMER_GROUP}`,
    log,
    graph,
    owner,
    write,
    sent,
    applied,
    append: async (events) => {
      for (let left = events; left > 0; left -= EVENTS_OF_ONE_APPEND)
        await write(Array.from({ length: Math.min(EVENTS_OF_ONE_APPEND, left) }, () => writeTo(newStream())));
    },
    verified: () => verifyGraph(graph, stores),
    gaps: async (kind) => {
      const text = await (await fetch(`${stack.apps['graph-projector'].url}/metrics`)).text();
      return Number(new RegExp(`^graph_projector_gaps_total\\{kind="${kind}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    },
    withKafka: async (work) => {
      const admin = kafka.admin();
      await admin.connect();
      try {
        return await work(admin);
      } finally {
        await admin.disconnect();
      }
    },
    tool: async (name, ...args) =>
      (await runTool(stack, ['apps', 'graph-projector', name, 'main.js'], [...args, '--json'])) as Record<
        string,
        unknown
      >,
    another: () => stack.startAnother('graph-projector'),
    stop: async () => {
      await Promise.all([owner.end(), graph.close(), log.close()]);
      await stack.stop();
    },
  };
}
