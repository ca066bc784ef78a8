/**
 * A cluster of five thousand entities, and the figures of key players of five thousand who call each other: how long each takes, and
 * what others who ask meanwhile notice of it.
 */
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { barAtMost, quantile, rounded } from '../harness/figures.js';
import { table } from '../harness/report.js';
import { roundsWithin } from '../harness/rounds.js';
import type { QuestionAsker } from '../load/question-asker.js';
import { anyAccount, type Among } from '../queries/asked.js';
import { account, reportsOf } from '../queries/population.js';
import { QuestionBed } from '../queries/question-bed.js';
import { Chance } from '../workload/chance.js';
import { caller, callsAmong, clusterOf, memberOf } from './whole-network.js';

const MEMBERS = 5_000;
const CALLS_OF_ONE = 3;
/** Accounts about whom others ask meanwhile. */
const OTHERS = 2_000;
const OTHER_QUESTIONS = ['entity-card', 'neighbours', 'timeline'] as const;
const ASKED = 150;
const WARM_UP = 30;
const ROUNDS = 6;
const CLUSTER_MS = 400;
const ANALYSIS_SECONDS = 10;
const MEANWHILE = 1.5;

export const clusterBenchmark: Benchmark = {
  name: 'cluster',
  measures:
    'a cluster of 5,000 entities; exact betweenness of 5,000 people and 15,000 ties, and what others notice of it',
  run: async (options, budget, say) => {
    const bed = await QuestionBed.open(say);
    try {
      return await measure(bed, options, budget, say);
    } finally {
      await bed.close();
    }
  },
};

async function measure(bed: QuestionBed, options: BenchmarkOptions, budget: Budget, say: (line: string) => void) {
  const members = options.entities ?? MEMBERS;
  await bed.fill(clusterOf(members));
  await bed.fill(callsAmong(members, members * CALLS_OF_ONE));
  const held = await bed.fill(reportsOf(0, OTHERS));
  say(`${held.entities.toLocaleString('en')} entities and ${held.statements.toLocaleString('en')} statements`);
  const asker = await bed.asker();
  const whole = await clusterTimes(bed, asker, members, { limit: members }, say);
  const usual = await clusterTimes(bed, asker, members, {}, say);
  const meanwhile = await askMeanwhile(bed, asker, members, options, budget, say);
  asker.close();
  const { seconds, alone, during } = meanwhile;
  const size = members.toLocaleString('en');
  const bars = [
    barAtMost(`cluster of ${size} entities in one answer, p99 ms`, whole.p99, CLUSTER_MS),
    barAtMost(`cluster of ${size} entities, usual page, p99 ms`, usual.p99, CLUSTER_MS),
    barAtMost(
      `key players of ${size} people and ${(members * CALLS_OF_ONE).toLocaleString('en')} ties, longest s`,
      Math.max(...seconds),
      ANALYSIS_SECONDS,
    ),
    barAtMost('p99 of other answers meanwhile, of p99 alone', during.p99 / alone.p99, MEANWHILE),
  ];
  const rows: [string, Quantiles][] = [
    [`cluster of ${size} in one answer`, whole],
    [`cluster of ${size}, usual page`, usual],
    ['other questions alone', alone],
    ['other questions during the analysis', during],
  ];
  return {
    report: {
      ok: bars.every(({ ok }) => ok),
      bars,
      whole,
      usual,
      alone,
      during,
      analysisSeconds: seconds.map(rounded),
    },
    tables: [
      table(
        ['in ms', 'p50', 'p99', 'answers'],
        rows.map(([name, { p50, p99, answers }]) => [name, p50.toFixed(1), p99.toFixed(1), String(answers)]),
      ),
    ],
  };
}

interface Quantiles {
  p50: number;
  p99: number;
  answers: number;
}

function quantilesOf(ms: readonly number[]): Quantiles {
  return { p50: rounded(quantile(ms, 0.5)), p99: rounded(quantile(ms, 0.99)), answers: ms.length };
}

async function clusterTimes(
  bed: QuestionBed,
  asker: QuestionAsker,
  members: number,
  terms: object,
  say: (line: string) => void,
): Promise<Quantiles> {
  const chance = new Chance(47);
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + ASKED; n += 1) {
    const { kind, key } = memberOf(chance.below(members));
    const { ms, body } = await asker.ask('cluster', { seed: { id: bed.idOf(kind, key) }, ...terms });
    if (n === 0) refuseFewer(body, members, 'limit' in terms);
    if (n >= WARM_UP) times.push(ms);
  }
  const quantiles = quantilesOf(times);
  say(`cluster ${JSON.stringify(terms)}: p50 ${quantiles.p50} p99 ${quantiles.p99} ms`);
  return quantiles;
}

/** A cluster of fewer entities would be a faster one. */
function refuseFewer(body: string, wanted: number, isWhole: boolean): void {
  const { members = [], continuation } = JSON.parse(body) as { members?: object[]; continuation?: string };
  if (isWhole ? members.length !== wanted : continuation === undefined)
    throw new Error(`the cluster has ${members.length} entities in place of ${wanted}`);
}

interface Meanwhile {
  seconds: number[];
  alone: Quantiles;
  during: Quantiles;
}

/** By turns: others ask for as long as the last analysis took, and while the next one goes on. */
async function askMeanwhile(
  bed: QuestionBed,
  asker: QuestionAsker,
  members: number,
  options: BenchmarkOptions,
  budget: Budget,
  say: (line: string) => void,
): Promise<Meanwhile> {
  const analyst = await bed.asker();
  const chance = new Chance(53);
  const among: Among = { accounts: OTHERS, idOf: bed.idOf, chance, since: '2026' };
  const analysed = async (): Promise<number> => {
    const { kind, key } = caller(chance.below(members));
    const { ms, body } = await analyst.ask('key-players', {
      seed: { id: bed.idOf(kind, key) },
      relations: ['CONTACTED'],
    });
    const { entities, ties } = JSON.parse(body) as { entities: number; ties: number };
    if (entities !== members || ties !== members * CALLS_OF_ONE)
      throw new Error(`${entities} people with ${ties} ties were analysed`);
    return ms;
  };
  const others = async (isOver: () => boolean): Promise<number[]> => {
    const times: number[] = [];
    while (!isOver()) {
      const question = OTHER_QUESTIONS[times.length % OTHER_QUESTIONS.length]!;
      const { kind, key } = account(anyAccount(among));
      times.push((await asker.ask(question, { seed: { id: bed.idOf(kind, key) } })).ms);
    }
    return times;
  };
  let last = await analysed();
  const seconds: number[] = [];
  const alone: number[] = [];
  const during: number[] = [];
  await roundsWithin(budget, { rounds: options.rounds ?? ROUNDS, label: 'meanwhile', say }, async () => {
    const until = performance.now() + last;
    alone.push(...(await others(() => performance.now() > until)));
    let over = false;
    const [asked] = await Promise.all([
      others(() => over),
      analysed().then((ms) => {
        last = ms;
        over = true;
      }),
    ]);
    during.push(...asked);
    seconds.push(last / 1000);
    say(
      `key players in ${(last / 1000).toFixed(1)} s; others p99 ${quantile(during, 0.99).toFixed(1)} ms meanwhile, ${quantile(alone, 0.99).toFixed(1)} alone`,
    );
  });
  analyst.close();
  return { seconds, alone: quantilesOf(alone), during: quantilesOf(during) };
}
