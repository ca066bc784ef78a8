/** The answers of production, asked through its own way, against what the clerk says. */
import { isDeepStrictEqual } from 'node:util';
import { canonical } from '#identifiers';
import { entityId } from '#identifiers';
import type { Viewer } from '#access';
import type { EntityGiven } from '../../apps/command-api/assertions/given.js';
import { BINDING_RELATIONS } from '../../apps/query-api/questions/cluster-graph.js';
import { Chance } from '../../bench/workload/chance.js';
import { AskedWorld } from '../noninterference/asking-world.js';
import { anyViewer, entitiesOf, namesOf } from '../noninterference/cast.js';
import { drawHistory, SECRET, type History } from '../noninterference/history.js';
import type { Question } from '../noninterference/requests.js';
import { anyActOrCase } from './cases-in-histories.js';
import { Clerk } from './clerk.js';
import type { Line } from './lines.js';
import { numbered } from './numbered.js';
import { periodOf } from './periods.js';
import { card, listed, neighbours, timeline } from './told-of-one.js';
import { cluster, keyPlayers } from './told-of-many.js';
import { changes } from './told-of-changes.js';
import { networkCard } from './told-of-network.js';
import { file, type Told as ToldInAnswer } from './told-of-files.js';
import { whatWouldFall, type Source } from './told-of-falls.js';
import { search } from './told-of-search.js';
import { faultOf, type PathTerms, type ToldPath } from './told-of-paths.js';

/** Small enough that some walks end at them, and large enough that most do not. */
const BOUNDS = { hubLimit: 4, entityLimit: 9 };
const VIEWERS = 3;
const WAYS = ['fewest-steps', 'best-graded', 'in-order-of-time'] as const;
/** Before the first event. */
const BEFORE_ALL = '2026-04-30';
const TEXTS = ['tern', 'Plovers', 'the ferymen'];
const UNSAID = ['referral.drafted', 'referral.check-requested', 'referral.cleared'];
const VALID = [undefined, '2026-03-01', '2026-03', '2026-04-05'];

export interface Differing {
  world: number;
  /** Events of the history so far. */
  step: number;
  viewer: Viewer;
  question: Question;
  told: unknown;
  clerk: unknown;
}

export interface Extent {
  worlds: number;
  acts: number;
  seed: number;
  untilFirst?: boolean;
}

/** Histories of random acts; after each, random questions of several viewers at several times. */
export async function compareWithClerk(extent: Extent): Promise<{ compared: number; differing: Differing[] }> {
  const differing: Differing[] = [];
  let compared = 0;
  for (let world = extent.seed; world < extent.seed + extent.worlds; world += 1) {
    const chance = new Chance(world * 7_877);
    const history = drawHistory(chance, world, extent.acts, anyActOrCase);
    for (let step = 1; step <= history.length; step += 1) {
      // Before its submission a referral is a paper of its agency.
      if (UNSAID.includes(history[step - 1]!.body.type)) continue;
      const found = await compareStep(chance, world, history.slice(0, step));
      compared += found.compared;
      differing.push(...found.differing);
      if (extent.untilFirst === true && differing.length > 0) return { compared, differing };
    }
  }
  return { compared, differing };
}

async function compareStep(
  chance: Chance,
  world: number,
  history: History,
): Promise<{ compared: number; differing: Differing[] }> {
  const asked = new AskedWorld(history, { listsShown: true, bounds: { ...BOUNDS, relations: [...BINDING_RELATIONS] } });
  const clerk = new Clerk(history);
  const ids = [...new Set(clerk.lines.flatMap(({ from, to }) => [from.id, to.id]))];
  const differing: Differing[] = [];
  let compared = 0;
  if (ids.length === 0) return { compared, differing };
  for (let each = 0; each < VIEWERS; each += 1) {
    const viewer = anyViewer(chance);
    for (const times of timesOf(chance, history)) {
      const lines = clerk.seenBy({ viewer, known: times.known });
      for (const { question, expected } of questionsAbout(chance, world, { viewer, ids, lines, clerk, ...times })) {
        const [told] = JSON.parse(await asked.observed(viewer, question, (position) => position)) as [Told];
        const { knownAt: _, ...answer } = told;
        const wrong = expected(answer);
        compared += 1;
        if (wrong !== undefined)
          differing.push({ world, step: history.length, viewer, question, told: answer, clerk: wrong });
      }
    }
  }
  return { compared, differing };
}

interface Told {
  knownAt?: object;
  [field: string]: unknown;
}

interface Times {
  /** Events known then. */
  known: number;
  terms: { knownAt?: string; validAt?: string };
}

/** Now, and as it was known after some earlier event; of all times, or of one. */
function timesOf(chance: Chance, history: History): Times[] {
  const validAt = chance.pick(VALID);
  const valid = validAt === undefined ? {} : { validAt };
  const knownAt = `${chance.pick(history).recordedTime.slice(0, 19)}Z`;
  const known = history.filter(({ recordedTime }) => Date.parse(recordedTime) < Date.parse(knownAt) + 1000).length;
  return [
    { known: history.length, terms: valid },
    { known, terms: { knownAt, ...valid } },
  ];
}

interface About extends Times {
  viewer: Viewer;
  ids: readonly string[];
  lines: readonly Line[];
  clerk: Clerk;
}

/** A question, and what is wrong with an answer to it: what the clerk says instead. */
interface Comparison {
  question: Question;
  expected(answer: object): unknown;
}

function questionsAbout(
  chance: Chance,
  world: number,
  { viewer, ids, lines, clerk, known, terms }: About,
): Comparison[] {
  const id = chance.pick(ids);
  const other = chance.pick(ids);
  const valid = terms.validAt === undefined ? undefined : periodOf(terms.validAt);
  const passing = valid === undefined ? lines : lines.filter((line) => touches(line, valid));
  const most = { limit: 500 };
  const seed = { id };
  const bounds = BOUNDS;
  const text = chance.pick([...TEXTS, ...namesOf(world).map(({ value }) => value)]);
  const drawn = clerk.recorded[chance.below(known)]!;
  const since = terms.knownAt !== undefined && drawn >= terms.knownAt ? BEFORE_ALL : drawn;
  const networks = [...new Set(lines.map(({ from }) => from).filter(({ kind }) => kind === 'network'))].map(
    (one) => one.id,
  );
  const given = entitiesOf(world).filter(({ kind }) => kind !== 'phone-number' && chance.happens(0.5));
  const way = chance.pick(WAYS);
  const network = chance.pick(networks) ?? id;
  const source: Source = chance.happens(0.7)
    ? { origin: `report ${chance.below(4)}` }
    : { assertion: chance.pick(clerk.lines).assertion };
  const asked = chance.pick(['entity-card', 'cluster', 'network-card'] as const);
  // Often of the number, where those meet who must not be in it.
  const filed = chance.happens(0.5) ? numberIn(world) : id;
  const toldAs = {
    'entity-card': () => card(lines, filed, clerk, passing),
    cluster: () => cluster(lines, filed, { clerk, bounds, valid }),
    'network-card': () => networkCard(lines, network, clerk, valid),
  };
  return [
    whole({ question: 'entity-card', body: { seed, ...terms, ...most } }, card(lines, id, clerk, passing)),
    whole({ question: 'timeline', body: { seed, ...terms, ...most } }, timeline(lines, id, clerk, passing)),
    whole({ question: 'neighbours', body: { seed, ...terms, ...most } }, neighbours(lines, id, clerk, passing)),
    whole({ question: 'cluster', body: { seed, ...terms, ...most } }, cluster(lines, id, { clerk, bounds, valid })),
    whole(
      { question: 'key-players', body: { seed, ...terms, ...most } },
      keyPlayers(lines, id, { clerk, bounds, valid }),
    ),
    whole(
      { question: 'search', body: { text, ...terms, limit: 200 } },
      search(lines, passing, text, viewer.organisation, clerk),
    ),
    whole(
      { question: 'changes', body: { seed, since, ...terms, limit: 200 } },
      changes(id, clerk, { viewer, known, valid }, clerk.knownAt(since)),
    ),
    whole(
      { question: 'network-card', body: { seed: { id: network }, ...terms, ...most } },
      networkCard(lines, network, clerk, valid),
    ),
    whole(
      { question: 'what-would-fall', body: { ...source, seed, ...terms, ...most } },
      whatWouldFall(lines, clerk.assertionsSeenBy(viewer), source, id, { clerk, bounds, valid }),
    ),
    exported(
      asked,
      { seed: { id: asked === 'network-card' ? network : filed }, ...terms },
      lines,
      clerk,
      viewer,
      toldAs[asked](),
    ),
    paths(lines, [id, other], { clerk, bounds, valid, way, most: 1 + chance.below(4), bounded: false }, terms),
    ...(given.length === 0 ? [] : [list(given, passing, clerk, terms)]),
  ];
}

function numberIn(world: number): string {
  const { kind, value } = entitiesOf(world).find((one) => one.kind === 'phone-number')!;
  return entityId(SECRET, kind, canonical(kind, value, {}).key);
}

function touches({ begins, ends }: Line, { begin, end }: { begin: number; end: number }): boolean {
  return (begins ?? -Infinity) < end && (ends ?? Infinity) > begin;
}

function whole(question: Question, clerk: object): Comparison {
  const expected = numbered(JSON.parse(JSON.stringify(clerk)));
  return { question, expected: (answer) => (isDeepStrictEqual(numbered(answer), expected) ? undefined : expected) };
}

function exported(
  asked: string,
  terms: object,
  lines: readonly Line[],
  clerk: Clerk,
  viewer: Viewer,
  answer: object,
): Comparison {
  return whole(
    { question: 'export', body: { question: asked, format: 'json', ...terms } },
    file(answer as ToldInAnswer, lines, clerk, viewer),
  );
}

function list(given: readonly EntityGiven[], passing: readonly Line[], clerk: Clerk, terms: object): Comparison {
  const asked = given.map(({ kind, value, platform }) => {
    const { key } = canonical(kind, value, platform === undefined ? {} : { platform });
    return { value, id: entityId(SECRET, kind, key) };
  });
  const identifiers = given.map((one) => ({ ...one }));
  return whole({ question: 'list-look-up', body: { identifiers, ...terms } }, listed(passing, asked, clerk));
}

function paths(lines: readonly Line[], ends: [string, string], terms: PathTerms, times: object): Comparison {
  const body = { seeds: ends.map((id) => ({ id })), way: terms.way, steps: terms.most, ...times };
  return {
    question: { question: 'paths', body },
    expected: (answer) => {
      const { found, paths: told, boundedBy } = answer as { found: boolean; paths?: ToldPath[]; boundedBy?: string };
      const known = ends.every((end) => lines.some(({ from, to }) => from.id === end || to.id === end));
      if (found !== known) return `found: ${known}`;
      if (!found) return undefined;
      return faultOf(told![0]!, lines, ends, { ...terms, bounded: boundedBy !== undefined });
    },
  };
}
