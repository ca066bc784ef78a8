/**
 * 20,000 events through everything, step by step, and how long it takes until a question shows what was accepted; each figure
 * beside its bare floor. No bars: it shows where the time goes.
 */
import { randomBytes } from 'node:crypto';
import neo4j from 'neo4j-driver';
import pg from 'pg';
import { openLog } from '#event-log';
import type { LocalServers } from '../../infra/local/index.js';
import { makeBareTables } from '../append/kept-rows.js';
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { quantile, rounded } from '../harness/figures.js';
import { sideFigures, sidesTable, table, type Report } from '../harness/report.js';
import { ROUNDS, Turns, ratioOf, roundsWithin } from '../harness/rounds.js';
import { HttpLoad } from '../load/http-load.js';
import { startApp } from '../stack/app-process.js';
import { countedProcesses, migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { startCommanding } from '../stack/commanding.js';
import type { Flow } from './flow.js';
import { makeStages } from './stages.js';
import { delaysUntilVisible, type Delays } from './visible.js';

const EVENTS = 20_000;
const PROBES = 300;
const PROBE_SECONDS = 90;
const SERVERS = ['postgres', 'kafka', 'neo4j'] as const;

export const smokeBenchmark: Benchmark = {
  name: 'smoke',
  measures: '20,000 events through everything, each step beside its bare floor',
  run: async (options, budget, say) => {
    const servers = await startBenchServers([...SERVERS], say);
    try {
      const { flow, stop } = await startFlow(servers, say);
      try {
        return await measure(flow, servers, options, budget);
      } finally {
        await stop();
      }
    } finally {
      await servers.stop();
    }
  },
};

async function startFlow(
  servers: LocalServers,
  say: (line: string) => void,
): Promise<{ flow: Flow; stop(): Promise<void> }> {
  const { ownerUrl, appUrl } = await migratedDatabase(servers);
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await makeBareTables(owner);
  const idKey = randomBytes(32);
  say('starting command-api, event-relay, graph-projector and query-api');
  const commanding = await startCommanding(servers, appUrl, idKey);
  const env = {
    ...servers.env(),
    ...commanding.issuerEnv,
    DATABASE_URL: appUrl,
  };
  const keys = { BREAKWATER_ID_KEY: idKey.toString('base64') };
  // The relay and the projector stand still between steps, and must not be taken for dead meanwhile.
  const relay = await startApp('event-relay', { ...env, BREAKWATER_RELAY_LEASE_SECONDS: '60' });
  const projector = await startApp('graph-projector', {
    ...env,
    ...keys,
    BREAKWATER_PROJECTOR_LEASE_SECONDS: '60',
    BREAKWATER_PROJECTOR_SESSION_TIMEOUT_MS: '300000',
  });
  const cursorKey = randomBytes(32).toString('base64');
  const queries = await startApp('query-api', { ...env, ...keys, BREAKWATER_CURSOR_KEY: cursorKey });
  const { url, user, password } = servers.neo4j;
  const driver = neo4j.driver(url, neo4j.auth.basic(user, password), { telemetryDisabled: true });
  const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 2 });
  const load = HttpLoad.start();
  const brokers = servers.kafka.brokers;
  const flow: Flow = { commanding, relay, projector, queries, load, log, owner, ownerUrl, brokers, driver, say };
  const stop = async (): Promise<void> => {
    load.stop();
    relay.resume(); // a process that stands still cannot be asked to stop
    projector.resume();
    await Promise.all([commanding.stop(), relay.stop(), projector.stop(), queries.stop(), driver.close()]);
    await Promise.all([log.close(), owner.end()]);
  };
  return { flow, stop };
}

async function measure(flow: Flow, servers: LocalServers, options: BenchmarkOptions, budget: Budget) {
  const { say, load } = flow;
  const wanted = options.rounds ?? ROUNDS;
  const count = Math.ceil((options.events ?? EVENTS) / wanted);
  const apps = [flow.commanding.app, flow.relay, flow.projector, flow.queries];
  const sender = { name: 'load', pid: () => load.pid, withChildren: false };
  const cpu = countedProcesses(servers, SERVERS, [...apps, sender]);
  say(`warming up with ${count.toLocaleString('en')} events`);
  const { stages, close } = await makeStages(flow, count);
  const turns = stages.map((stage) => ({ stage, turns: new Turns({ cpu, label: stage.title, say }) }));
  const forRounds = budget.share(1, PROBE_SECONDS);
  const rounds = await roundsWithin(forRounds, { rounds: options.rounds, label: 'smoke', say }, async (round) => {
    for (const each of turns) await each.turns.take([each.stage.step, each.stage.floor], round);
  });
  await close();
  say('asking for each of some assertions until it is seen');
  const delays = await delaysUntilVisible(
    flow,
    PROBES,
    Math.min(PROBE_SECONDS, Math.max(10, budget.leftSeconds() - 10)),
  );
  const steps = turns.map(({ stage, turns: taken }) => ({
    title: stage.title,
    step: taken.resultOf(stage.step),
    floor: taken.resultOf(stage.floor),
  }));
  return result(steps, delays, rounds * count);
}

type Step = { title: string; step: ReturnType<Turns['resultOf']>; floor: ReturnType<Turns['resultOf']> };

function result(
  steps: readonly Step[],
  { flowMs, bareMs }: Delays,
  events: number,
): { report: Report; tables: string[] } {
  const delay = (list: number[]) => ({
    p50: rounded(quantile(list, 0.5)),
    p99: rounded(quantile(list, 0.99)),
    samples: list.length,
  });
  const visibleMs = delay(flowMs);
  const floorMs = delay(bareMs);
  const row = (name: string, ms: ReturnType<typeof delay>) => [
    name,
    String(ms.p50),
    String(ms.p99),
    String(ms.samples),
  ];
  return {
    report: {
      ok: true,
      bars: [],
      events,
      steps: Object.fromEntries(
        steps.map(({ title, step, floor }) => [
          title,
          {
            [step.name]: sideFigures(step),
            [floor.name]: sideFigures(floor),
            ofFloor: rounded(ratioOf(step, floor).median),
          },
        ]),
      ) as object,
      visibleMs,
      bareRoundTripMs: floorMs,
    },
    tables: [
      ...steps.map(({ title, step, floor }) => sidesTable(title, [step, floor])),
      table(
        ['until visible', 'p50 ms', 'p99 ms', 'samples'],
        [row('201 until a question shows it', visibleMs), row('bare: commit, produce, consume, write, read', floorMs)],
      ),
    ],
  };
}
