/** A number that a hundred thousand accounts use, all of which may be seen, page by page beside an ordinary account. */
import type { EntityRef } from '#events';
import { quantile, rounded } from '../harness/figures.js';
import type { QuestionAsker } from '../load/question-asker.js';
import { Chance } from '../workload/chance.js';
import type { Said } from '../stack/filled-stores.js';
import { anyAccount, type Among, type Answer } from './asked.js';
import { account, report, SEEN } from './population.js';
import type { QuestionBed } from './question-bed.js';

const QUESTIONS = ['entity-card', 'timeline', 'neighbours'] as const;
const HUB: EntityRef = { kind: 'phone-number', key: '+447500000000' };
const LINKS = 100_000;
/** As many for both, so that what differs is finding them and not writing them down. */
const PAGE = 10;
const ASKED = 200;
const WARM_UP = 20;

interface Quantiles {
  p50: number;
  p99: number;
}

export interface CrowdedPage {
  name: string;
  links: number;
  hub: Quantiles;
  ordinary: Quantiles;
}

export async function crowdedPages(
  bed: QuestionBed,
  asker: QuestionAsker,
  among: Among,
  say: (line: string) => void,
): Promise<CrowdedPage[]> {
  const links = Math.min(LINKS, among.accounts);
  await bed.fill(usersOf(links));
  say(`a number with ${links.toLocaleString('en')} visible links`);
  const hub = among.idOf(HUB.kind, HUB.key);
  const pages: CrowdedPage[] = [];
  for (const question of QUESTIONS) {
    const first = { seed: { id: hub }, limit: PAGE };
    const { continuation } = JSON.parse((await asker.ask(question, first)).body) as Answer;
    for (const [page, terms] of [
      ['first page', first],
      ['second page', { ...first, continuation }],
    ] as const) {
      const one = await byTurns(asker, question, terms, among);
      say(`crowded: ${question}, ${page}: ${one.hub.p99.toFixed(1)} ms, ordinary ${one.ordinary.p99.toFixed(1)} (p99)`);
      pages.push({ name: `${question}, ${page}`, links, ...one });
    }
  }
  return pages;
}

function* usersOf(links: number): Generator<Said> {
  const chance = new Chance(5);
  for (let number = 0; number < links; number += 1)
    yield report(account(number), [{ relation: 'USES_NUMBER', object: HUB, from: '2026-03' }], chance, SEEN);
}

async function byTurns(
  asker: QuestionAsker,
  question: string,
  terms: object,
  among: Among,
): Promise<{ hub: Quantiles; ordinary: Quantiles }> {
  const times = { hub: [] as number[], ordinary: [] as number[] };
  for (let n = 0; n < WARM_UP + ASKED; n += 1) {
    const id = among.idOf('account', account(anyAccount(among)).key);
    const turns = [
      async () => times.hub.push((await asker.ask(question, terms)).ms),
      async () => times.ordinary.push((await asker.ask(question, { seed: { id }, limit: PAGE })).ms),
    ];
    for (const turn of n % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  const quantiles = (ms: readonly number[]): Quantiles => {
    const measured = ms.slice(WARM_UP);
    return { p50: rounded(quantile(measured, 0.5)), p99: rounded(quantile(measured, 0.99)) };
  };
  return { hub: quantiles(times.hub), ordinary: quantiles(times.ordinary) };
}
