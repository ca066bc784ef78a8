/**
 * What a command costs beside the bare rows that it leaves: single commands over HTTP at 16 in flight, and NDJSON bulk. Both
 * sides write the same rows into the same database, transaction by transaction, with fsync and synchronous_commit on.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { LocalServers } from '../../infra/local/index.js';
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { bar, rounded } from '../harness/figures.js';
import { sideFigures, sidesTable, type Report } from '../harness/report.js';
import { byTurns, ratioOf, type SideResult } from '../harness/rounds.js';
import { HttpLoad } from '../load/http-load.js';
import { countedProcesses, migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { IN_FLIGHT, startCommanding } from '../stack/commanding.js';
import { bareSides } from './bare-sides.js';
import { bulkCommands, singleCommands } from './command-sides.js';
import type { Comparison } from './comparison.js';
import { makeBareTables } from './kept-rows.js';

const COMMANDS = 4_000;
const LINES_PER_COMMAND = 5;
const BAR = 0.3;

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
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await makeBareTables(owner);
  await refuseWithoutDurability(owner);
  say('starting command-api');
  const { app, token, stop } = await startCommanding(servers, appUrl, randomBytes(32));
  const load = HttpLoad.start();
  try {
    const sender = { name: 'load', pid: () => load.pid, withChildren: false };
    const cpu = countedProcesses(servers, ['postgres'], [app, sender]);
    const count = options.events ?? COMMANDS;
    const parts = { load, caller: { port: app.port, token }, owner, ownerUrl, say };
    const singles = { ...parts, kind: 'single', count, inFlight: IN_FLIGHT } as const;
    const single = await compare(singles, options, budget.share(2), cpu);
    const lines = { ...parts, kind: 'bulk', count: count * LINES_PER_COMMAND, inFlight: 1 } as const;
    const bulk = await compare(lines, options, budget.share(1), cpu);
    return result(single, bulk);
  } finally {
    load.stop();
    await owner.end();
    await stop();
  }
}

/** A figure without durability would flatter both sides unequally. */
export async function refuseWithoutDurability(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ setting: string }>(
    "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit') AS setting",
  );
  if (rows[0]?.setting !== 'on on')
    throw new Error(`fsync and synchronous_commit must be on, and are ${rows[0]?.setting ?? 'unknown'}.`);
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
  const [commands, bare, pipelined] = single as [SideResult, SideResult, SideResult];
  const [lines, unnest, unnestPipelined] = bulk as [SideResult, SideResult, SideResult];
  const ratio = (one: SideResult, other: SideResult): number => ratioOf(one, other).median;
  const bars = [
    bar('single commands / bare pg', ratio(commands, bare), BAR),
    bar('NDJSON bulk / bare unnest', ratio(lines, unnest), BAR),
  ];
  const againstPipelined = {
    single: rounded(ratio(commands, pipelined)),
    bulk: rounded(ratio(lines, unnestPipelined)),
  };
  const figures = (sides: SideResult[]): object =>
    Object.fromEntries(sides.map((side) => [side.name, sideFigures(side)]));
  return {
    report: {
      ok: bars.every(({ ok }) => ok),
      bars,
      single: figures(single),
      bulk: figures(bulk),
      inFlight: IN_FLIGHT,
      againstPipelined,
    },
    tables: [sidesTable('single', single), sidesTable('bulk', bulk)],
  };
}
