/**
 * What pushed removals cost beside the bare rows that they leave, and whether finding who had asked for an item grows with how
 * many ask. Both sides of the first write the same rows into the same database, transaction by transaction, fsync on.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openLog } from '#event-log';
import type { LocalServers } from '../../infra/local/index.js';
import { EntityNames } from '../../apps/command-api/assertions/entity-names.js';
import { refuseWithoutDurability } from '../append/append-benchmark.js';
import { bareSides } from '../append/bare-sides.js';
import type { Comparison } from '../append/comparison.js';
import { makeBareTables } from '../append/kept-rows.js';
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { bar, barAtMost } from '../harness/figures.js';
import { sideFigures, sidesTable, table, type Report } from '../harness/report.js';
import { byTurns, ratioOf, type SideResult } from '../harness/rounds.js';
import { HttpLoad } from '../load/http-load.js';
import { countedProcesses, migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { startCommanding } from '../stack/commanding.js';
import { costFigures, matchingCosts, type MatchingCost } from './matching.js';
import { pushedSide } from './pushed-side.js';

const PUSHED = 100_000;
const OPEN = 100_000;
const BAR = 0.3;
const GROWTH = 1.5;
const MATCHING_ROUNDS = 7;

export const removalsBenchmark: Benchmark = {
  name: 'removals',
  measures: 'pushed removals in bulk against bare pg; matching beside more and more open referrals',
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
  const secret = randomBytes(32);
  const { app, token, stop } = await startCommanding(servers, appUrl, secret, {
    persona: 'lumen-moderator',
    settings: { BREAKWATER_PUSH_CALLS_PER_MINUTE: '10000' },
  });
  const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 2 });
  const load = HttpLoad.start();
  try {
    const caller = { port: app.port, token };
    const sender = { name: 'load', pid: () => load.pid, withChildren: false };
    const cpu = countedProcesses(servers, ['postgres'], [app, sender]);
    const rounds = options.rounds ?? MATCHING_ROUNDS;
    const count = (): Promise<unknown> => owner.query('ANALYZE');
    const matching = { count, log, names: new EntityNames(secret.toString('base64')), load, caller, say, rounds };
    const costs = await matchingCosts(matching, sizesUpTo(options.open ?? OPEN));
    const comparison: Comparison = {
      kind: 'bulk',
      count: options.events ?? PUSHED,
      inFlight: 1,
      load,
      caller,
      owner,
      ownerUrl,
      say,
    };
    const pushed = await compare(comparison, options, budget, cpu);
    return result(pushed, costs);
  } finally {
    load.stop();
    await log.close();
    await owner.end();
    await stop();
  }
}

/** Four sizes, a hundredfold from the first to the last. */
function sizesUpTo(most: number): number[] {
  return [100, 20, 4, 1].map((part) => Math.ceil(most / part));
}

async function compare(
  comparison: Comparison,
  options: BenchmarkOptions,
  budget: Budget,
  cpu: ReturnType<typeof countedProcesses>,
): Promise<SideResult[]> {
  const { say } = comparison;
  const pushed = pushedSide(comparison);
  say('pushed: warming up, and reading back the rows that pushed removals leave');
  const bare = await bareSides(comparison, pushed);
  const sides = [pushed.side, ...bare.sides];
  const results = await byTurns({ sides, budget, cpu, label: 'pushed', say, rounds: options.rounds });
  await bare.close();
  return sides.map(({ name }) => results.get(name) as SideResult);
}

function result(pushed: SideResult[], costs: readonly MatchingCost[]): { report: Report; tables: string[] } {
  const [lines, unnest] = pushed as [SideResult, SideResult];
  const [first, ...others] = costs.map(({ perLine }) => perLine.median) as [number, ...number[]];
  const bars = [
    bar('pushed in bulk / bare unnest', ratioOf(lines, unnest).median, BAR),
    barAtMost('a line beside the most open referrals / beside the fewest', Math.max(...others) / first, GROWTH),
  ];
  const rows = costs.map(({ open, perLine }) => [
    open.toLocaleString('en'),
    String(Math.round(perLine.median)),
    String(Math.round(perLine.low)),
    String(Math.round(perLine.high)),
    (perLine.median / first).toFixed(2),
  ]);
  return {
    report: {
      ok: bars.every(({ ok }) => ok),
      bars,
      pushed: Object.fromEntries(pushed.map((side) => [side.name, sideFigures(side)])),
      matching: costFigures(costs),
    },
    tables: [
      sidesTable('pushed', pushed),
      table(['open referrals', 'us a line', 'lowest', 'highest', 'against the fewest'], rows),
    ],
  };
}
