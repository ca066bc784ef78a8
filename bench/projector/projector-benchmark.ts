/**
 * Drain of events from Kafka into Neo4j by the real projector with everything on (positions, provenance, parking, all
 * constraints and indexes), against writers of the same graph: three set-based ones that know nothing of Kafka, of which the
 * best counts, one sub-query for each message, and one transaction for each message.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import neo4j from 'neo4j-driver';
import { openLog } from '#event-log';
import type { LocalServers } from '../../infra/local/index.js';
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { sideFigures, sidesTable, type Report } from '../harness/report.js';
import { startApp } from '../stack/app-process.js';
import { countedProcesses, migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { WORKLOADS, WORKLOAD_MEANS, type WorkloadName } from '../workload/pairs.js';
import type { Bed } from './bed.js';
import { compareOn, type Comparison } from './comparison.js';
import { barsOf } from './projector-bars.js';
import { warmUp } from './warm-up.js';

/** Events of one round: a run over all three workloads drains more than 200,000 in each round. */
const EVENTS_OF_ONE = 200_000;
const EVENTS_OF_THREE = 70_000;
/** A workload that cannot even have one round in what is left is left out, and the report says so. */
const LEAST_SECONDS = 30;
const LEASE_SECONDS = '60';
const SESSION_MS = '300000';

export const projectorBenchmark: Benchmark = {
  name: 'projector',
  measures: 'drain from Kafka into Neo4j against hand-written writers of the same graph',
  run: async (options, budget, say) => {
    const workloads = chosen(options.workload);
    const servers = await startBenchServers(['postgres', 'kafka', 'neo4j'], say);
    try {
      return await measure({ options, workloads, budget, say, servers });
    } finally {
      await servers.stop();
    }
  },
};

function chosen(name: string | undefined): readonly WorkloadName[] {
  if (name === undefined) return WORKLOADS;
  const workload = WORKLOADS.find((each) => each === name);
  if (workload === undefined) throw new Error(`There is no workload "${name}". There are: ${WORKLOADS.join(', ')}.`);
  return [workload];
}

interface Run {
  options: BenchmarkOptions;
  workloads: readonly WorkloadName[];
  budget: Budget;
  say: (line: string) => void;
  servers: LocalServers;
}

async function measure(run: Run): Promise<{ report: Report; tables: string[] }> {
  const { options, workloads, budget, say, servers } = run;
  const { appUrl } = await migratedDatabase(servers);
  const idKey = randomBytes(32);
  const { url, user, password } = servers.neo4j;
  const env = { ...servers.env(), DATABASE_URL: appUrl };
  say('starting event-relay and graph-projector');
  const relay = await startApp('event-relay', env);
  const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 2 });
  const app = await startApp('graph-projector', {
    ...env,
    BREAKWATER_ID_KEY: idKey.toString('base64'),
    // It stands still while Kafka is filled, and must not be taken for dead meanwhile.
    BREAKWATER_PROJECTOR_LEASE_SECONDS: LEASE_SECONDS,
    BREAKWATER_PROJECTOR_SESSION_TIMEOUT_MS: SESSION_MS,
  });
  const driver = neo4j.driver(url, neo4j.auth.basic(user, password), { telemetryDisabled: true });
  try {
    let part = 0;
    const cpu = countedProcesses(servers, ['postgres', 'kafka', 'neo4j'], [app, relay]);
    const bed: Bed = { app, log, driver, secret: createSecretKey(idKey), newPart: () => ++part, cpu };
    const events = options.events ?? (workloads.length === 1 ? EVENTS_OF_ONE : EVENTS_OF_THREE);
    await warmUp(bed, events, budget, say);
    const comparisons: Comparison[] = [];
    for (const [at, workload] of workloads.entries()) {
      if (budget.leftSeconds() < LEAST_SECONDS) {
        budget.note(`${workload} was not measured at all: the time was over`);
        continue;
      }
      say(`${workload}: ${WORKLOAD_MEANS[workload]}; ${events.toLocaleString('en')} events a round`);
      const share = budget.share(workloads.length - at);
      comparisons.push(await compareOn(bed, { workload, events, rounds: options.rounds }, share, say));
    }
    return result(comparisons, events, comparisons.length === workloads.length);
  } finally {
    await driver.close();
    app.resume(); // a process that stands still cannot be asked to stop
    await Promise.all([app.stop(), relay.stop()]);
    await log.close();
  }
}

function result(
  comparisons: readonly Comparison[],
  events: number,
  complete: boolean,
): { report: Report; tables: string[] } {
  const bars = comparisons.flatMap(barsOf);
  const digestsEqual = comparisons.every(({ digestsEqual: equal }) => equal);
  const workloads = comparisons.map(({ workload, sides, best, digests }) => [
    workload,
    {
      bestRaw: best.name,
      digests,
      sides: Object.fromEntries(sides.map((side) => [side.name, sideFigures(side)])),
    },
  ]);
  return {
    report: {
      ok: complete && digestsEqual && bars.every(({ ok }) => ok),
      bars,
      digestsEqual,
      eventsOfARound: events,
      workloads: Object.fromEntries(workloads) as object,
    },
    tables: comparisons.map(({ workload, sides }) => sidesTable(workload, sides)),
  };
}
