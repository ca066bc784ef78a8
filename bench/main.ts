/**
 * `npm run bench -- NAME --json`: one benchmark, both sides of each comparison in the same run on the same servers. Progress goes
 * to standard error; standard output has the tables and, with --json, ends with one JSON object. Ends with 1 when a bar was
 * not reached or something went wrong.
 */
import { Command, InvalidArgumentError } from 'commander';

import { appendBenchmark } from './append/append-benchmark.js';
import type { Benchmark, BenchmarkOptions } from './benchmark.js';
import { Budget } from './harness/budget.js';
import { barsTable, progress, type Report } from './harness/report.js';
import { feedsBenchmark } from './feeds/feeds-benchmark.js';
import { clusterBenchmark } from './cluster/cluster-benchmark.js';
import { policyBenchmark } from './policy/policy-benchmark.js';
import { projectorBenchmark } from './projector/projector-benchmark.js';
import { queriesBenchmark } from './queries/queries-benchmark.js';
import { removalsBenchmark } from './removals/removals-benchmark.js';
import { smokeBenchmark } from './smoke/smoke-benchmark.js';
import { WORKLOADS } from './workload/pairs.js';

const BENCHMARKS: readonly Benchmark[] = [
  projectorBenchmark,
  appendBenchmark,
  policyBenchmark,
  removalsBenchmark,
  queriesBenchmark,
  clusterBenchmark,
  feedsBenchmark,
  smokeBenchmark,
];
/** No benchmark may take longer. The budget is kept by doing fewer rounds; this is for one that hangs. */
const LIMIT_SECONDS = 600;
const BUDGET_SECONDS = 560;

interface CommandOptions extends BenchmarkOptions {
  json?: boolean;
  seconds: number;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return number;
}

async function run(name: string, options: CommandOptions): Promise<void> {
  const benchmark = BENCHMARKS.find((candidate) => candidate.name === name);
  if (benchmark === undefined) {
    const known = BENCHMARKS.map((each) => `  ${each.name.padEnd(10)} ${each.measures}`).join('\n');
    throw new Error(`There is no benchmark "${name}". There are:\n${known}`);
  }
  const hanging = setTimeout(() => {
    finish({ ok: false, bars: [], error: `${name} did not end within ${LIMIT_SECONDS} s` }, options);
    process.exit(1); // what was started here ends with the process
  }, LIMIT_SECONDS * 1000);
  const budget = new Budget(Math.min(options.seconds, BUDGET_SECONDS));
  progress(`${benchmark.name}: ${benchmark.measures}`);
  const { report, tables } = await benchmark.run(options, budget, progress).finally(() => clearTimeout(hanging));
  for (const table of tables) process.stdout.write(`${table}\n\n`);
  if (report.bars.length > 0) process.stdout.write(`${barsTable(report.bars)}\n\n`);
  for (const note of budget.notes) process.stdout.write(`Note: ${note}.\n`);
  finish({ benchmark: name, ...report, notes: budget.notes, seconds: Math.round(budget.usedSeconds()) }, options);
  if (!report.ok) process.exitCode = 1;
}

function finish(report: Report & Record<string, unknown>, options: CommandOptions): void {
  if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
}

const command = new Command('bench')
  .description('Measures one thing beside its baseline, in the same run on the same servers.')
  .argument('<name>', BENCHMARKS.map(({ name }) => name).join(', '))
  .option('--json', 'end with one JSON object on the last line')
  .option('--events <n>', 'events of one round', wholeNumber)
  .option('--rounds <n>', 'rounds of each side', wholeNumber)
  .option('--entities <n>', 'queries and cluster: entities at the most', wholeNumber)
  .option('--open <n>', 'removals only: open referrals at the most', wholeNumber)
  .option('--seconds <n>', `time to keep to; at most ${BUDGET_SECONDS}`, wholeNumber, BUDGET_SECONDS)
  .option(
    '--workload <name>',
    `one part of a benchmark; projector: ${WORKLOADS.join(', ')}; policy: markings, hub, time; feeds: slots, streams; queries: part of a name`,
  );

command.action(run);

try {
  await command.parseAsync();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
