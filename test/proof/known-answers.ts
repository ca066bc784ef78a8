/**
 * POLE, decided by the rules of command-api and asked over HTTP, beside a plain search over its files: how much is said of everybody,
 * and how short the shortest way between two is.
 */
import { join } from 'node:path';
import { decide } from '../../apps/command-api/assertions/assertion.js';
import { NO_ASSERTION } from '../../apps/command-api/assertions/assertion-state.js';
import type { AssertionGiven } from '../../apps/command-api/assertions/given.js';
import type { BulkCall } from '../../apps/command-api/import/bulk-sender.js';
import { SEND_LIMITS } from '../../apps/command-api/import/bulk-sender.js';
import { loadMapping } from '../../apps/command-api/import/load-mapping.js';
import { runImport } from '../../apps/command-api/import/run-import.js';
import { findSources } from '../../apps/command-api/import/sources.js';
import type { Said } from '../../bench/stack/filled-stores.js';
import { Chance } from '../../bench/workload/chance.js';
import { newId } from '#runtime';
import { checkoutRoot } from '../../infra/local/checkout.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { countsOf, readPole, stepsBetween, tiesOf, type Pole } from './pole-files.js';

export interface Extent {
  /** Pairs between whom a shortest way is looked for. */
  pairs: number;
  /** Of the places, officers and areas so many; people and phones are all looked at. */
  some: number;
}

const MAPPINGS = join(checkoutRoot(), 'apps', 'command-api', 'import', 'mappings');
const MOST_STEPS = 8;
const { organisation, kind, groups } = ORGANISATIONS.coastal;
const VIEWER = { organisation, kind, groups, subject: 'importer', roles: ['analyst'] as const, compartments: [] };

/** Where it is kept and asked. */
export interface Stand {
  say(said: readonly Said[]): Promise<unknown>;
  ask(question: string, terms: object): Promise<{ body: string }>;
}

/** As the bulk interface would decide them; what it answers is proved elsewhere. */
function decidedHere(stand: Stand): BulkCall {
  return async (lines, onAnswer) => {
    const said = lines.map(({ json }): Said => {
      const id = newId();
      const by = { viewer: VIEWER, role: 'analyst' };
      const given = JSON.parse(json) as AssertionGiven;
      const keyOf = (): string => 'key';
      const draft = decide(NO_ASSERTION, { type: 'make', id, given, by, now: new Date(), keyOf, restsOn: new Map() });
      return { draft, source: organisation };
    });
    await stand.say(said);
    lines.forEach(({ reference }, at) => onAnswer(at, { reference, outcome: 'accepted', id: said[at]!.draft.id }));
  };
}

interface Seed {
  kind: string;
  value: string;
}

interface Asked {
  id: string;
  seed: Seed;
}

/** Everybody whose counts are known from the files, by id there. */
function askedAbout({ nodes }: Pole, count: number, chance: Chance): Asked[] {
  const of = (label: string, seed: (id: string, cells: Record<string, string>) => Seed): Asked[] =>
    nodes
      .get(label)!
      .map(({ id, cells }) => ({ id: label === 'Phone' ? cells['phoneNo']! : id, seed: seed(id, cells) }));
  const some = (all: Asked[]): Asked[] => Array.from({ length: Math.min(count, all.length) }, () => chance.pick(all));
  return [
    ...of('Person', (id) => ({ kind: 'person', value: `pole:person/${id}` })),
    ...of('Phone', (_, cells) => ({ kind: 'phone-number', value: cells['phoneNo']! })),
    ...some(of('Officer', (id) => ({ kind: 'person', value: `pole:officer/${id}` }))),
    ...some(of('Location', (id) => ({ kind: 'location', value: `pole:location/${id}` }))),
    ...some(of('Area', (_, cells) => ({ kind: 'location', value: `pole:area/${cells['areaCode']}` }))),
    ...some(of('Crime', (_, cells) => ({ kind: 'incident', value: `pole:crime/${cells['id']}` }))),
  ];
}

/** What else is said of them is not of a link between two of the files' nodes. */
const OF_ITSELF = ['HAS_NAME', 'STATED'];

async function countFaults(stand: Stand, pole: Pole, asked: readonly Asked[]): Promise<string[]> {
  const counts = countsOf(pole);
  const faults: string[] = [];
  for (const { id, seed } of asked) {
    const { body } = await stand.ask('entity-card', { seed, limit: 1 });
    const { totals = [] } = JSON.parse(body) as {
      totals?: { relation: string; direction: string; statements: number }[];
    };
    const told = totals
      .filter(({ relation }) => !OF_ITSELF.includes(relation))
      .map(({ relation, direction, statements }) => `${relation} ${direction} ${statements}`)
      .sort();
    const wanted = [...(counts.get(id) ?? [])].map(([what, count]) => `${what} ${count}`).sort();
    if (told.join() !== wanted.join())
      faults.push(`${seed.value}: the files say ${wanted.join()}, the card ${told.join()}`);
  }
  return faults;
}

async function pathFaults(
  stand: Stand,
  pole: Pole,
  all: readonly Asked[],
  pairs: number,
  chance: Chance,
): Promise<{ faults: string[]; found: number }> {
  const ties = tiesOf(pole);
  const people = all.filter(({ id }) => ties.has(id));
  const byKey = new Map(people.map(({ id, seed }) => [keyOf(seed), id]));
  const faults: string[] = [];
  let found = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const ends = [chance.pick(people), chance.pick(people)] as const;
    const { body } = await stand.ask('paths', { seeds: ends.map(({ seed }) => seed), steps: MOST_STEPS });
    const answer = JSON.parse(body) as { boundedBy?: string; paths: { steps?: { entity: { key: string } }[] }[] };
    const way = answer.paths[0]?.steps?.map(({ entity }) => byKey.get(entity.key));
    const shortest = stepsBetween(ties, ends[0].id, ends[1].id);
    const wanted = shortest !== undefined && shortest <= MOST_STEPS ? shortest : undefined;
    if (way !== undefined) found += 1;
    const broken = way?.some((id, at) => id === undefined || !ties.get(at === 0 ? ends[0].id : way[at - 1]!)!.has(id));
    if (way?.length !== wanted || broken === true)
      faults.push(
        `${ends[0].seed.value} to ${ends[1].seed.value}: ${wanted} steps, told ${way?.length} (${answer.boundedBy})`,
      );
  }
  return { faults, found };
}

/** A key as answers tell it: POLE's numbers are no numbers, and stay raw digits. */
function keyOf({ kind: of, value }: Seed): string {
  return of === 'phone-number' ? `raw:${value.replaceAll(/\D/g, '')}` : value;
}

export interface Proved {
  ok: boolean;
  cards: number;
  pairs: number;
  /** Pairs that are joined by at most so many steps as are looked at. */
  joined: number;
  faults: string[];
}

export async function knownAnswers(stand: Stand, data: string, { pairs, some }: Extent): Promise<Proved> {
  const sources = await findSources([join(data, 'pole', 'pole-data-importer.zip')]);
  try {
    const chance = new Chance(1_873);
    const mapping = await loadMapping(join(MAPPINGS, 'pole.json'));
    const limits = { ...SEND_LIMITS, callsInFlight: 1 };
    const imported = await runImport({ mapping, sources: sources.files, call: decidedHere(stand), limits });
    const pole = await readPole(sources.files);
    const asked = askedAbout(pole, some, chance);
    const counts = await countFaults(stand, pole, asked);
    const { faults, found } = await pathFaults(stand, pole, asked, pairs, chance);
    const all = [...imported.faults, ...counts, ...faults];
    // Where hardly any two were joined, agreeing would prove nothing.
    return { ok: all.length === 0 && found > pairs / 10, cards: asked.length, pairs, joined: found, faults: all };
  } finally {
    sources.close();
  }
}
