import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { openLog } from '#event-log';
import { checkSchema, createSchema, openGraph, type Graph } from '#graph';
import { idKey } from '#identifiers';
import { kafkaAddress } from '#kafka';
import {
  createLogger,
  DatabaseSettings,
  GraphSettings,
  IdKeySettings,
  KafkaSettings,
  metrics,
  readSettings,
  startHttpApp,
  type Logger,
} from '#runtime';
import { graphAddress } from './graph-address.js';
import { projectorLog } from './ports.js';
import { processWatch } from './process-watch.js';
import { ProjectorSettings } from './projector-settings.js';
import { Projector } from './projector.js';
import { ProjectorModule } from './projector.module.js';
import { entityIds } from './projections/entity-ids.js';
import { kafkaSource } from './source-keeper.js';
import { LeasedTurn, PROJECTOR_LEASE, rebuildWaits } from './turn.js';
import { neo4jStore } from './writing/graph-store.js';

const POOL_SIZE = 4;
const OPEN_AGAIN_MS = 1_000;
export const CONSUMER_GROUP = 'graph-projector.graph';

/** Starts the projector: waits for its stores, serves health and figures, and works until it is told to stop. */
export async function startProjector(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const settings = readSettings(
    {
      projector: ProjectorSettings,
      database: DatabaseSettings,
      kafka: KafkaSettings,
      graph: GraphSettings,
      idKey: IdKeySettings,
    },
    environment,
  );
  const log = createLogger('graph-projector', settings.process.logLevel);
  const eventLog = await whenItAnswers(log, () =>
    openLog({ url: settings.database.url, applicationName: 'graph-projector', poolSize: POOL_SIZE }),
  );
  const graph = await openGraph(graphAddress(settings.graph));
  await whenItAnswers(log, () => prepareSchema(graph));

  const watch = processWatch(log, metrics);
  const lease = eventLog.lease(PROJECTOR_LEASE, {
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
    seconds: settings.projector.leaseSeconds,
  });
  const projector = new Projector({
    stores: {
      log: projectorLog(eventLog),
      graph: neo4jStore(graph, watch.notHinted),
      idOf: entityIds(idKey(settings.idKey.base64)),
    },
    turn: new LeasedTurn(lease, (error) => watch.interrupted(error), rebuildWaits(eventLog)),
    openSource: kafkaSource({
      address: kafkaAddress(settings.kafka, 'graph-projector', log),
      group: `${settings.kafka.topicPrefix}${CONSUMER_GROUP}`,
      sessionTimeoutMs: settings.projector.sessionTimeoutMs,
    }),
    watch,
  });
  let working: Promise<void> = Promise.resolve();
  await startHttpApp(ProjectorModule, settings.process, {
    name: 'graph-projector',
    log,
    ready: () => [
      { name: 'log', check: () => eventLog.incarnation() },
      { name: 'graph', check: () => graph.probe() },
      { name: 'projector', check: () => inOrder(watch) },
    ],
    onClosed: async () => {
      projector.stop();
      await working;
      await Promise.all([graph.close(), eventLog.close()]);
    },
  });
  working = projector.run();
}

/** An empty graph gets its constraints; one with data and without them was damaged, and nothing is written into it. */
async function prepareSchema(graph: Graph): Promise<void> {
  const [any] = await graph.read('MATCH (n:Entity) RETURN n.id AS id LIMIT 1');
  if (any === undefined) await createSchema(graph);
  await checkSchema(graph);
}

/** Ready is: projecting, or standing by for the one who does. */
function inOrder({ now }: { now: string }): Promise<void> {
  return ['projecting', 'standby'].includes(now)
    ? Promise.resolve()
    : Promise.reject(new Error(`the projector is ${now}`));
}

async function whenItAnswers<T>(log: Logger, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true) throw error;
      log.warn({ err: error }, 'waiting for a store');
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
    }
  }
}
