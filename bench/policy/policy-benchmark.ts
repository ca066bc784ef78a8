/** What rights and audit cost a question, and what time tells about hidden statements. */
import { audienceOf, type Marking } from '#events';
import { applyWrite, hintCrowded, type StatementWrite } from '#graph';
import { REREAD_MS } from '../../apps/query-api/reading/crowds.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import type { Benchmark, BenchmarkOptions } from '../benchmark.js';
import { barAtMost, median, type Bar } from '../harness/figures.js';
import { table } from '../harness/report.js';
import { QuestionAsker } from '../load/question-asker.js';
import type { Said } from '../stack/filled-stores.js';
import { areaUnderCurve } from './area-under-curve.js';
import { PolicyBed, report } from './policy-bed.js';

const LEVELS = [
  { markings: 10, atMost: 1.3 },
  { markings: 1_000, atMost: 1.3 },
  { markings: 10_000, atMost: 2 },
];
const QUESTIONS = ['entity-card', 'neighbours', 'cluster'] as const;
type QuestionName = (typeof QUESTIONS)[number];
const ENTITIES = 40;
const STATEMENTS_OF_AN_ENTITY = 20;
const ASKED = 200;
const WARM_UP = 60;
const HIDDEN_LINKS = 100_000;
const HUB_ASKED = 60;
const HUB_TIMES = 3;
const TIMED_PAIRS = 2_000;
const AREA = 0.55;
const MOST_HIDDEN = 100;

const { coastal, border } = ORGANISATIONS;
const account = (name: string): string => `facebook:1000${name}`;
const number = (name: string): string => `+4477009${name}`;

function markingOf(n: number, releasableTo: readonly string[]): Marking {
  return {
    gsc: 'OFFICIAL',
    tlp: 'AMBER',
    handling: [],
    conditions: [],
    releasableTo: [...releasableTo, `group-${n}`],
    originator: border.organisation,
    compartment: null,
  };
}

/** One in five is not released to the organisation that asks. */
const isReleased = (n: number): boolean => n % 5 !== 0;
const marking = (n: number): Marking => markingOf(n, isReleased(n) ? [coastal.organisation] : []);

interface Compared {
  question: QuestionName;
  markings: number;
  guarded: number;
  bare: number;
}

async function run(options: BenchmarkOptions, say: (line: string) => void) {
  const bed = await PolicyBed.open(say);
  const asked = options.events ?? ASKED;
  try {
    const bars: Bar[] = [];
    const rows: Compared[] = [];
    const only = (part: string): boolean => options.workload === undefined || options.workload === part;
    let known = 0;
    for (const { markings, atMost } of only('markings') ? LEVELS : []) {
      const ids = await fill(bed, known, markings);
      known = markings;
      for (const question of QUESTIONS) {
        const compared = await compare(bed, question, ids, markings, asked);
        rows.push(compared);
        say(
          `${markings} markings: ${question} ${compared.guarded.toFixed(2)} ms, without rights ${compared.bare.toFixed(2)}`,
        );
        bars.push(barAtMost(`${question} at ${markings} markings`, compared.guarded / compared.bare, atMost));
      }
    }
    const hub = only('hub') ? await hubTimes(bed, say) : [];
    bars.push(
      ...hub.map(({ question, hub, ordinary }) =>
        barAtMost(`hub with hidden links, ${question}`, hub / ordinary, HUB_TIMES),
      ),
    );
    const area = only('time') ? await timing(bed, say) : undefined;
    if (area !== undefined) bars.push(barAtMost('time tells hidden from absent (AUC)', area, AREA));
    const lines = rows.map(({ question, markings, guarded, bare }) => [
      `${question}, ${markings} markings`,
      guarded.toFixed(2),
      bare.toFixed(2),
      (guarded / bare).toFixed(2),
    ]);
    const hubs = hub.map(({ question, hub, ordinary }) => [
      `${question}, 100,000 hidden links`,
      hub.toFixed(2),
      ordinary.toFixed(2),
      (hub / ordinary).toFixed(2),
    ]);
    return {
      report: { ok: bars.every(({ ok }) => ok), bars, questions: rows, hub, area },
      tables: [
        table(['p50 in ms', 'with rights', 'without', 'ratio'], lines),
        table(['p50 in ms', 'hub', 'ordinary', 'ratio'], hubs),
      ],
    };
  } finally {
    await bed.close();
  }
}

/** Markings from the known ones on, and entities of which the asking organisation may see everything. */
async function fill(bed: PolicyBed, from: number, upTo: number): Promise<string[]> {
  const said: Said[] = [];
  for (let n = from; n < upTo; n += 1)
    said.push(report(border.organisation, account(`9${n}`), number(`9${n}`), marking(n)));
  const names = Array.from({ length: ENTITIES }, (_, at) => `${upTo}7${at}`);
  let n = 0;
  for (const name of names)
    for (let each = 0; each < STATEMENTS_OF_AN_ENTITY; each += 1) {
      do n = (n + 1) % upTo;
      while (!isReleased(n));
      said.push(report(border.organisation, account(name), number(`${name}${each}`), marking(n)));
    }
  await bed.say(said);
  return names.map((name) => bed.idOf('account', account(name)));
}

const content = (body: string): string => body.replace(/"asOf":"[^"]*","lagSeconds":\d+/, '');

/** By turns, one question each, so that whatever else happens on the machine meets both. */
async function compare(
  bed: PolicyBed,
  question: QuestionName,
  ids: string[],
  markings: number,
  asked: number,
): Promise<Compared> {
  const guarded = await QuestionAsker.at(bed.guarded.address, bed.token);
  const bare = await QuestionAsker.at(bed.bare.address, bed.token);
  const times = { guarded: [] as number[], bare: [] as number[] };
  for (let n = 0; n < WARM_UP + asked; n += 1) {
    const id = ids[n % ids.length]!;
    const one = n % 2 === 0 ? await guarded.ask(question, { seed: { id } }) : undefined;
    const other = await bare.ask(question, { seed: { id } });
    const first = one ?? (await guarded.ask(question, { seed: { id } }));
    if (content(first.body) !== content(other.body))
      throw new Error(`${question} is answered otherwise without rights: ${first.body} ${other.body}`);
    if (n < WARM_UP) continue;
    times.guarded.push(first.ms);
    times.bare.push(other.ms);
  }
  guarded.close();
  bare.close();
  return { question, markings, guarded: median(times.guarded), bare: median(times.bare) };
}

interface HubTimes {
  question: QuestionName;
  hub: number;
  ordinary: number;
}

/** The same two statements at a node with and without a hundred thousand that nobody here may see. */
async function hubTimes(bed: PolicyBed, say: (line: string) => void): Promise<HubTimes[]> {
  const seen = marking(1);
  const two = (name: string): Said[] =>
    ['1', '2'].map((each) => report(border.organisation, account(`8${name}${each}`), number(`888${name}`), seen));
  const { first } = await bed.say([...two('01'), ...two('02')]);
  const [hub, ordinary] = ['01', '02'].map((name) => bed.idOf('phone-number', number(`888${name}`))) as [
    string,
    string,
  ];
  const started = performance.now();
  for (let at = 0; at < HIDDEN_LINKS; at += 5_000) await hide(bed, number('88801'), 5_000, `h${at}`, first);
  await hintCrowded(bed.graph, [hub]);
  await new Promise((resolve) => setTimeout(resolve, REREAD_MS)); // the application knows of it by then
  say(`${HIDDEN_LINKS} hidden links in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const asker = await QuestionAsker.at(bed.guarded.address, bed.token);
  const times: HubTimes[] = [];
  for (const question of QUESTIONS) {
    const both: { hub: number[]; ordinary: number[] } = { hub: [], ordinary: [] };
    for (let n = 0; n < HUB_ASKED + 10; n += 1) {
      const one = await asker.ask(question, { seed: { id: hub } });
      const other = await asker.ask(question, { seed: { id: ordinary } });
      if (n < 10) continue;
      both.hub.push(one.ms);
      both.ordinary.push(other.ms);
    }
    const result = { question, hub: median(both.hub), ordinary: median(both.ordinary) };
    say(`hub with hidden links: ${question} ${result.hub.toFixed(2)} ms, ordinary ${result.ordinary.toFixed(2)}`);
    times.push(result);
  }
  asker.close();
  return times;
}

/** Statements that nobody here may see, straight into the graph: the log would only take longer. */
async function hide(bed: PolicyBed, key: string, statements: number, name: string, pos: number): Promise<void> {
  const aud = audienceOf(markingOf(0, []));
  const object = { kind: 'phone-number' as const, key, id: bed.idOf('phone-number', key) };
  const writes: StatementWrite[] = Array.from({ length: statements }, (_, at) => {
    const subject = account(`7${name}${at}`);
    return {
      relation: 'USES_NUMBER',
      subject: { kind: 'account', key: subject, id: bed.idOf('account', subject) },
      object,
      pos,
      ref: at + 1,
      aud,
      org: 1,
    };
  });
  await applyWrite(bed.graph, { moves: [], statements: writes, withdrawals: [], regrades: [], parked: [] });
}

/** Can a clock tell an entity with 1 to 100 statements, all hidden, from one that nobody ever named? */
async function timing(bed: PolicyBed, say: (line: string) => void): Promise<number> {
  for (let at = 1; at <= MOST_HIDDEN; at += 1) await hide(bed, number(`66${at}`), at, `t${at}x`, 1);
  const asker = await QuestionAsker.at(bed.guarded.address, bed.token);
  const hidden: number[] = [];
  const absent: number[] = [];
  for (let n = 0; n < TIMED_PAIRS + WARM_UP; n += 1) {
    const ask = async (times: number[], name: string): Promise<void> => {
      const { ms, body } = await asker.ask('entity-card', { seed: { id: bed.idOf('phone-number', number(name)) } });
      if (!body.includes('"found":false')) throw new Error(`what is hidden was found: ${body}`);
      if (n >= WARM_UP) times.push(ms);
    };
    const turns = [() => ask(hidden, `66${1 + (n % MOST_HIDDEN)}`), () => ask(absent, `55${n}`)];
    for (const turn of n % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  asker.close();
  const area = areaUnderCurve(hidden, absent);
  say(`hidden ${median(hidden).toFixed(3)} ms, absent ${median(absent).toFixed(3)} ms, area ${area.toFixed(3)}`);
  return area;
}

export const policyBenchmark: Benchmark = {
  name: 'policy',
  measures: 'what rights and audit cost a question; what time tells about hidden statements',
  run: (options, _budget, say) => run(options, say),
};
