/**
 * Fan-out against bare `unnest` of the rows that it leaves, and what a slot costs with more subscribers; deliveries with their
 * ledger; then streams: how soon an event arrives at half of what they can take, and what a thousand open ones weigh.
 */
import pg from 'pg';
import type { EventLog } from '#event-log';
import type { LocalServers } from '../../infra/local/index.js';
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { bar, barAtMost, type Bar } from '../harness/figures.js';
import { sideFigures, sidesTable, type Report } from '../harness/report.js';
import { byTurns, ratioOf, type SideResult } from '../harness/rounds.js';
import { refuseWithoutDurability } from '../append/append-benchmark.js';
import { countedProcesses, migratedDatabase, startBenchServers } from '../stack/bench-servers.js';
import { BareSlots } from './bare-slots.js';
import { deliveriesSide } from './delivered.js';
import { fannedSide } from './fanned.js';
import { filledFeedLog, positionsOfSubscribing } from './feed-log.js';
import { measureStreams } from './streams.js';

const EVENTS = 100_000;
const ROUNDS = 3;
const SUBSCRIBERS = [10, 30, 100] as const;
const BAR = 0.5;
const GROWTH = 1.2;
/** What streams need of the time. */
const STREAM_SECONDS = 150;

export const feedsBenchmark: Benchmark = {
  name: 'feeds',
  measures: 'fan-out against bare unnest of its rows; deliveries; delay and weight of open streams',
  run: async (options, budget, say) => {
    const servers = await startBenchServers(['postgres', 'kafka'], say);
    try {
      return await measure(options, budget, say, servers);
    } finally {
      await servers.stop();
    }
  },
};

interface Bed {
  subscribers: number;
  log: EventLog;
  owner: pg.Client;
  ownerUrl: string;
}

interface Measured {
  bars: Bar[];
  figures: object;
  tables: string[];
}

async function measure(options: BenchmarkOptions, budget: Budget, say: (line: string) => void, servers: LocalServers) {
  const only = (part: string): boolean => options.workload === undefined || options.workload === part;
  const measured: Measured[] = [];
  if (only('slots')) measured.push(await measureSlots(servers, options, budget, say));
  if (only('streams')) measured.push(await measureStreams(servers, budget, say));
  const bars = measured.flatMap((part) => part.bars);
  const figures: object = Object.assign({}, ...measured.map((part) => part.figures));
  const report: Report = { ok: bars.every(({ ok }) => ok), bars, ...figures };
  return { report, tables: measured.flatMap((part) => part.tables) };
}

async function measureSlots(
  servers: LocalServers,
  options: BenchmarkOptions,
  budget: Budget,
  say: (line: string) => void,
): Promise<Measured> {
  const events = options.events ?? EVENTS;
  const beds: Bed[] = [];
  try {
    for (const subscribers of SUBSCRIBERS) beds.push(await openBed(servers, subscribers, events, say));
    const compared = await compare(beds, servers, options, budget.share(1, STREAM_SECONDS), say);
    return { ...compared, figures: { events, ...compared.figures } };
  } finally {
    for (const { log, owner } of beds) {
      await log.close();
      await owner.end();
    }
  }
}

async function openBed(servers: LocalServers, subscribers: number, events: number, say: (line: string) => void) {
  say(`filling a log of ${events.toLocaleString('en')} events for ${subscribers} subscribers`);
  const { ownerUrl, appUrl } = await migratedDatabase(servers, `feeds_${subscribers}`);
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await refuseWithoutDurability(owner);
  const log = await filledFeedLog(appUrl, subscribers, events);
  await owner.query('VACUUM ANALYZE');
  return { subscribers, log, owner, ownerUrl };
}

async function compare(
  beds: readonly Bed[],
  servers: LocalServers,
  options: BenchmarkOptions,
  budget: Budget,
  say: (line: string) => void,
): Promise<Measured> {
  const cpu = countedProcesses(servers, ['postgres']);
  const nameOf = (subscribers: number): string => `fan-out, ${subscribers} subscribers`;
  const most = beds.at(-1) as Bed;
  const bare = await BareSlots.open(most.ownerUrl);
  try {
    const sides = beds.map(({ subscribers, log, owner }) =>
      fannedSide(nameOf(subscribers), log, owner, { after: positionsOfSubscribing(subscribers) }),
    );
    const warm = sides.at(-1);
    await warm?.prepare?.(0);
    await warm?.run(0);
    say(`bare unnest has ${(await bare.readBack()).toLocaleString('en')} rows to write`);
    const rounds = options.rounds ?? ROUNDS;
    const all = [...sides, bare.side(), deliveriesSide(most.log, most.owner)];
    const results = await byTurns({ sides: all, budget, cpu, label: 'slots', say, rounds });
    const of = (name: string): SideResult => results.get(name) as SideResult;
    const fanned = of(nameOf(most.subscribers));
    const costs = beds.map(({ subscribers }) => ratioOf(of(nameOf(beds[0]!.subscribers)), of(nameOf(subscribers))));
    const bars = [
      bar('slots decided and stored / bare unnest', ratioOf(fanned, of('bare unnest')).median, BAR),
      barAtMost('cost of a slot with the most subscribers / with the fewest', costs.at(-1)!.median, GROWTH),
    ];
    const figures = Object.fromEntries([...results].map(([name, side]) => [name, sideFigures(side)]));
    return { bars, figures: { slots: figures }, tables: [sidesTable('slots', [...results.values()])] };
  } finally {
    await bare.close();
  }
}
