/**
 * Every question at four sizes of one graph that grows, asked over HTTP with rights and audit, one after the other. Absolute
 * times; two bars compare them with each other (growth, and a hub beside an ordinary node), the others are absolute.
 */
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import type { Budget } from '../harness/budget.js';
import { barAtMost, quantile, rounded, type Bar } from '../harness/figures.js';
import { table, type Report } from '../harness/report.js';
import type { QuestionAsker } from '../load/question-asker.js';
import { Chance } from '../workload/chance.js';
import { ASKED, SEARCH, SIX_STEPS, TWO_STEPS, type Among, type Answer, type Asked } from './asked.js';
import { crowdedPages, type CrowdedPage } from './crowded.js';
import { reportsOf } from './population.js';
import { QuestionBed } from './question-bed.js';

const ENTITIES = 300_000;
/** Sizes as parts of the largest. */
const SIZES = [30, 10, 3, 1];
const GROWTH = 1.5;
const CROWDED = 3;
const PATH_MS = 150;
const SEARCH_MS = 100;
/** A cold server would make the smallest size look dear, and growth small. */
const FIRST_WARM_UP_SECONDS = 25;
const WARM_UP_SECONDS = 4;
/** Of each question: fewer would say nothing, and more would not fit where one takes seconds. */
const LEAST = 3;
/** What filling takes of the time, as a share of it, and the seconds that the crowded node takes at the end. */
const FILLING = 0.6;
const CROWDED_SECONDS = 140;
const SEED = 20_261_122;

export interface Timed {
  name: string;
  /** In the graph when it was asked. */
  entities: number;
  asked: number;
  /** Share of the answers that told something. */
  telling: number;
  p50: number;
  p99: number;
}

export const queriesBenchmark: Benchmark = {
  name: 'queries',
  measures: 'every question at four sizes of the graph; growth, a crowded node, paths and search against their bars',
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
  const entities = options.entities ?? ENTITIES;
  const asked = ASKED.filter(({ name }) => options.workload === undefined || name.includes(options.workload));
  const share = ((budget.leftSeconds() - CROWDED_SECONDS) * (1 - FILLING)) / SIZES.length;
  const asker = await bed.asker();
  const timed: Timed[] = [];
  const chance = new Chance(SEED);
  let accounts = 0;
  for (const part of SIZES) {
    // Two entities come with each account.
    const upTo = Math.max(accounts + 1, Math.round(entities / part / 2));
    const started = performance.now();
    const since = `${new Date().toISOString().slice(0, 19)}Z`;
    const held = await bed.fill(reportsOf(accounts, upTo));
    accounts = upTo;
    say(
      `${held.entities.toLocaleString('en')} entities and ${held.statements.toLocaleString('en')} statements (${((performance.now() - started) / 1000).toFixed(0)} s)`,
    );
    const among: Among = { accounts, idOf: bed.idOf, chance, since };
    await warmUp(asker, asked, among, Math.min(share, timed.length === 0 ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS));
    const seconds = Math.max(0, Math.min(share, budget.leftSeconds() - CROWDED_SECONDS));
    for (const each of asked) {
      const one = await timesOf(asker, each, among, held.entities, secondsOf(each, asked, seconds));
      timed.push(one);
      say(`${held.entities.toLocaleString('en')}: ${each.name} p50 ${one.p50.toFixed(1)} p99 ${one.p99.toFixed(1)} ms`);
    }
  }
  const silent = timed.filter(({ telling }, at) => telling === 0 && at >= timed.length - asked.length);
  for (const { name } of silent)
    budget.note(`"${name}" told nothing at the largest size: its times are not those of answers`);
  const crowded = await crowdedPages(bed, asker, { accounts, idOf: bed.idOf, chance, since: '2026' }, say);
  asker.close();
  const bars = barsOf(timed, crowded);
  const report: Report = {
    ok: silent.length === 0 && bars.every(({ ok }) => ok),
    bars,
    questions: timed.map(figuresOf),
    crowded,
  };
  return { report, tables: [questionTable(timed), crowdedTable(crowded)] };
}

/** By the times that each is to be asked: what matters most gets most. */
function secondsOf({ times }: Asked, all: readonly Asked[], seconds: number): number {
  return (seconds * Math.sqrt(times)) / all.reduce((sum, each) => sum + Math.sqrt(each.times), 0);
}

async function warmUp(asker: QuestionAsker, asked: readonly Asked[], among: Among, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1000;
  for (let round = 0; round < LEAST || performance.now() < until; round += 1)
    for (const { question, terms } of asked) await asker.ask(question, terms(among));
}

async function timesOf(
  asker: QuestionAsker,
  { name, question, terms, tells, times }: Asked,
  among: Among,
  entities: number,
  seconds: number,
): Promise<Timed> {
  const taken: number[] = [];
  let telling = 0;
  const until = performance.now() + seconds * 1000;
  while (taken.length < times && (taken.length < LEAST || performance.now() < until)) {
    const { ms, body } = await asker.ask(question, terms(among));
    taken.push(ms);
    if (tells(JSON.parse(body) as Answer)) telling += 1;
  }
  return {
    name,
    entities,
    asked: taken.length,
    telling: telling / taken.length,
    p50: quantile(taken, 0.5),
    p99: quantile(taken, 0.99),
  };
}

function barsOf(timed: readonly Timed[], crowded: readonly CrowdedPage[]): Bar[] {
  const last = (name: string): Timed | undefined => timed.findLast((each) => each.name === name);
  const first = (name: string): Timed | undefined => timed.find((each) => each.name === name);
  const [small, large, six, search] = [first(TWO_STEPS), last(TWO_STEPS), last(SIX_STEPS), last(SEARCH)];
  return [
    ...(small && large
      ? [barAtMost(`p99 of "${TWO_STEPS}" from smallest to largest`, large.p99 / small.p99, GROWTH)]
      : []),
    ...crowded.map(({ name, links, hub, ordinary }) =>
      barAtMost(
        `p99 of "${name}" with ${links.toLocaleString('en')} links, of an ordinary node`,
        hub.p99 / ordinary.p99,
        CROWDED,
      ),
    ),
    ...(six ? [barAtMost(`p99 of "${SIX_STEPS}" at the largest, ms`, six.p99, PATH_MS)] : []),
    ...(search ? [barAtMost(`p99 of "${SEARCH}" at the largest, ms`, search.p99, SEARCH_MS)] : []),
  ];
}

function figuresOf({ p50, p99, telling, ...rest }: Timed): object {
  return { ...rest, telling: rounded(telling), p50: rounded(p50), p99: rounded(p99) };
}

function questionTable(timed: readonly Timed[]): string {
  const ofSize = new Map<number, Timed[]>();
  for (const each of timed) ofSize.set(each.entities, [...(ofSize.get(each.entities) ?? []), each]);
  const sizes = [...ofSize.keys()];
  const names = [...new Set(timed.map(({ name }) => name))];
  const cell = (name: string, size: number): string => {
    const found = ofSize.get(size)?.find((each) => each.name === name);
    return found === undefined ? '' : `${found.p50.toFixed(1)} / ${found.p99.toFixed(1)} (${found.asked})`;
  };
  return table(
    ['p50 / p99 in ms (asked)', ...sizes.map((size) => `${size.toLocaleString('en')} entities`), 'telling'],
    names.map((name) => [
      name,
      ...sizes.map((size) => cell(name, size)),
      `${Math.round(100 * (timed.findLast((each) => each.name === name)?.telling ?? 0))} %`,
    ]),
  );
}

function crowdedTable(crowded: readonly CrowdedPage[]): string {
  return table(
    ['p50 / p99 in ms', 'crowded node', 'ordinary node'],
    crowded.map(({ name, links, hub, ordinary }) => [
      `${name}, ${links.toLocaleString('en')} links`,
      ...[hub, ordinary].map(({ p50, p99 }) => `${p50.toFixed(1)} / ${p99.toFixed(1)}`),
    ]),
  );
}
