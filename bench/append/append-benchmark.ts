/**
 * What a command costs beside the bare rows that it leaves: single commands over HTTP at 16 in flight, and NDJSON bulk. Both
 * sides write the same rows into the same database, transaction by transaction, with fsync and synchronous_commit on.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openLog } from '#event-log';
import { startIssuer } from '../../infra/local/issuer/index.js';
import type { LocalServers } from '../../infra/local/index.js';
import { bootstrap, type Bootstrap } from '../../apps/command-api/organisations/bootstrap.js';
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { bar } from '../harness/figures.js';
import { sideFigures, sidesTable, type Report } from '../harness/report.js';
import { byTurns, type SideResult } from '../harness/rounds.js';
import { HttpLoad } from '../load/http-load.js';
import { startApp, type AppProcess } from '../stack/app-process.js';
import { countedProcesses, migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { bareSides } from './bare-sides.js';
import { bulkCommands, singleCommands } from './command-sides.js';
import { makeBareTables } from './kept-rows.js';

const COMMANDS = 4_000;
const LINES_PER_COMMAND = 5;
const IN_FLIGHT = 16;
const BAR = 0.3;
const PERSONA = 'coastal-analyst';

export const appendBenchmark: Benchmark = {
  name: 'append',
  measures: 'single commands and NDJSON bulk against bare pg that writes the same rows',
  run: async (options, budget, say) => {
    const servers = await startBenchServers(['postgres'], say);
    try {
      return await measure(options, budget, say, servers);
    } finally {
      await servers.stop();
    }
  },
};

async function measure(options: BenchmarkOptions, budget: Budget, say: (line: string) => void, servers: LocalServers) {
  const { ownerUrl, appUrl } = await migratedDatabase(servers);
  const issuer = await startIssuer({ dataDir: servers.dataDir });
  const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 2 });
  await bootstrap(log, issuer.bootstrap() as Bootstrap);
  await log.close();
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await makeBareTables(owner);
  await refuseWithoutDurability(owner);
  const idKey = randomBytes(32).toString('base64');
  say('starting command-api');
  const app = await startApp('command-api', {
    DATABASE_URL: appUrl,
    DATABASE_POOL_SIZE: String(IN_FLIGHT),
    BREAKWATER_ID_KEY: idKey,
    ...issuer.env(),
  });
  const load = HttpLoad.start();
  try {
    const cpu = countedProcesses(
      servers,
      ['postgres'],
      [app, { name: 'load', pid: () => load.pid, withChildren: false }],
    );
    const count = options.events ?? COMMANDS;
    const caller = { port: app.port, token: await issuer.tokenFor(PERSONA, { seconds: 7_200 }) };
    const parts = { load, caller, owner, ownerUrl, app, say };
    const single = await compare(
      { ...parts, kind: 'single', count, inFlight: IN_FLIGHT },
      options,
      budget.share(2),
      cpu,
    );
    const bulk = await compare(
      { ...parts, kind: 'bulk', count: count * LINES_PER_COMMAND, inFlight: 1 },
      options,
      budget.share(1),
      cpu,
    );
    return result(single, bulk);
  } finally {
    load.stop();
    await owner.end();
    await app.stop();
    await issuer.stop();
  }
}

/** A figure without durability would flatter both sides unequally. */
async function refuseWithoutDurability(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ setting: string }>(
    "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit') AS setting",
  );
  if (rows[0]?.setting !== 'on on')
    throw new Error(`fsync and synchronous_commit must be on, and are ${rows[0]?.setting ?? 'unknown'}.`);
}

export interface Comparison {
  kind: 'single' | 'bulk';
  count: number;
  inFlight: number;
  load: HttpLoad;
  caller: { port: number; token: string };
  owner: pg.Client;
  ownerUrl: string;
  app: AppProcess;
  say: (line: string) => void;
}

async function compare(
  comparison: Comparison,
  options: BenchmarkOptions,
  budget: Budget,
  cpu: ReturnType<typeof countedProcesses>,
): Promise<SideResult[]> {
  const { kind, say } = comparison;
  const commands = kind === 'single' ? singleCommands(comparison) : bulkCommands(comparison);
  say(`${kind}: warming up, and reading back the rows that commands leave`);
  const bare = await bareSides(comparison, commands);
  const sides = [commands.side, ...bare.sides];
  for (const side of sides) {
    await side.prepare?.(-1);
    await side.run(-1);
  }
  const results = await byTurns({ sides, budget, cpu, label: kind, say, rounds: options.rounds });
  await bare.close();
  return sides.map(({ name }) => results.get(name) as SideResult);
}

function result(single: SideResult[], bulk: SideResult[]): { report: Report; tables: string[] } {
  const rate = (sides: SideResult[], at: number): number => sides[at]?.rate.median ?? Number.NaN;
  const bars = [
    bar('single commands / bare pg', rate(single, 0) / rate(single, 1), BAR),
    bar('NDJSON bulk / bare unnest', rate(bulk, 0) / rate(bulk, 1), BAR),
  ];
  const figures = (sides: SideResult[]): object =>
    Object.fromEntries(sides.map((side) => [side.name, sideFigures(side)]));
  return {
    report: { ok: bars.every(({ ok }) => ok), bars, single: figures(single), bulk: figures(bulk), inFlight: IN_FLIGHT },
    tables: [sidesTable('single', single), sidesTable('bulk', bulk)],
  };
}
