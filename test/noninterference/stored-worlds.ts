/**
 * Random worlds in a real log and a real graph, asked over real HTTP with tokens of different organisations, and held against
 * what memory gives for the part that the caller may see.
 */
import canonicalize from 'canonicalize';
import type { Viewer } from '#access';
import type { KnownEvent } from '#events';
import { PROBLEM_REQUEST, AskedWorld, PAGES } from './asking-world.js';
import { Chance } from '../../bench/workload/chance.js';
import type { QuestionStand } from '../flow/questions-stand.js';
import { COMPARTMENT, SPEAKERS } from './cast.js';
import { anyAct } from '../graph-model/deciding.js';
import { drawHistory, type History } from './history.js';
import { namedIn } from './must-see.js';
import { visibleTo } from './noninterference.js';
import { anyCommandOrRemoval } from './removals-in-worlds.js';
import { anyQuestion, leavesAsFile, searchFor, timeless, type Question, type QuestionName } from './requests.js';

const COMMANDS = 24;

/** A question of somebody about a stored world, and the answer that memory gives. */
export interface StoredCase {
  world: number;
  token: string;
  viewer: Viewer;
  asked: Question;
  expected: string;
  /** Whether somebody who sees everything would get another answer. */
  touched: boolean;
}

interface Member {
  viewer: Viewer;
  token: string;
}

/** Analysts of every organisation, some of them in the compartment. */
async function membersOf(stand: QuestionStand): Promise<Member[]> {
  const members: Member[] = [];
  for (const { organisation, kind, groups } of SPEAKERS)
    for (const compartments of [[], [COMPARTMENT]]) {
      const subject = `asker-${organisation}-${compartments.length}`;
      await stand.commands.owner.query(
        `INSERT INTO members (issuer, subject, organisation, roles, compartments) VALUES ($1, $2, $3, '{analyst}', $4)`,
        [stand.commands.issuer, subject, organisation, compartments],
      );
      const token = await stand.commands.tokenOf('coastal-analyst', { subject });
      members.push({ token, viewer: { organisation, kind, subject, groups, compartments, roles: ['analyst'] } });
    }
  return members;
}

/** Worlds in real stores, and questions about them. */
export interface StoredWorlds {
  cases: readonly StoredCase[];
  /** Further questions of one kind, for as long as somebody wants them: what a leak shows in may be rare. */
  more(question: QuestionName): AsyncGenerator<StoredCase>;
}

/** Fills the stores and draws the questions. */
export async function storeWorlds(
  stand: QuestionStand,
  { worlds, questions, seed }: { worlds: number; questions: number; seed: number },
): Promise<StoredWorlds> {
  const members = await membersOf(stand);
  const drawn = Array.from({ length: worlds }, (_, at) => {
    const chance = new Chance(seed + at);
    return {
      number: seed + at,
      chance,
      history: apart(drawHistory(chance, seed + at, COMMANDS, at % 2 === 0 ? anyAct : anyCommandOrRemoval), seed + at),
    };
  });
  for (const { history } of drawn) await stand.record(history);
  await stand.hold();
  const places = await stand.places();
  const asking = drawn.map(({ number, chance, history }) => {
    const stored = history.map((event) => ({ ...event, recordedTime: places.get(event.id)!.givenAt }));
    const seeing = new AskedWorld(stored, { allSeeing: true });
    const ids = [...new Set(namedIn(stored))];
    return async (draw: Draw): Promise<StoredCase> => {
      const { viewer, token } = chance.pick(members);
      const asked = askedApart(draw(chance, number, stored, ids), number);
      const expected = await inMemory(new AskedWorld(visibleTo(viewer, stored)), viewer, asked);
      const touched = expected !== (await inMemory(seeing, viewer, asked));
      return { world: number, token, viewer, asked, expected, touched };
    };
  });
  const cases: StoredCase[] = [];
  for (const ask of asking)
    for (let each = 0; each < questions; each += 1) cases.push(await ask(DRAWN[each % DRAWN.length]!));
  return {
    cases,
    async *more(question) {
      for (let turn = 0; ; turn += 1) yield await asking[turn % asking.length]!(drawing(question));
    },
  };
}

type Draw = (chance: Chance, world: number, history: History, ids: readonly string[]) => Question;

function drawing(question: QuestionName): Draw {
  const own: Partial<Record<QuestionName, Draw>> = { 'entity-card': cutCard, cluster, search };
  return (...drawn) => {
    const [chance] = drawn;
    const special = own[question];
    if (special !== undefined && chance.happens(0.5)) return special(...drawn);
    for (;;) {
      const asked = withoutPast(anyQuestion(...drawn));
      if (asked.question === question) return asked;
    }
  };
}

/** A card cut into small pages: only then are totals asked for, which count over all of them. */
function cutCard(...[chance, , , ids]: Parameters<Draw>): Question {
  return { question: 'entity-card', body: { seed: { id: chance.pick(ids) }, limit: 1 + chance.below(4) } };
}

/** Worlds share one store here, so each has origins and names of networks of its own. */
function apart(history: History, world: number): KnownEvent[] {
  const text = JSON.stringify(history)
    .replaceAll(/"origin":"(report \d)"/g, `"origin":"$1 of ${world}"`)
    .replaceAll(/"key":"(tern|plover|the ferrymen)"/g, `"key":"$1 ${world}"`);
  return JSON.parse(text) as KnownEvent[];
}

function askedApart({ question, body }: Question, world: number): Question {
  const { origin } = body;
  return typeof origin === 'string'
    ? { question, body: { ...body, origin: `${origin} of ${world}` } }
    : { question, body };
}

/** Conflicts and what lies behind a link show in few of the clusters. */
function cluster(...[chance, , , ids]: Parameters<Draw>): Question {
  return { question: 'cluster', body: { seed: { id: chance.pick(ids) } } };
}

/** Pages so small that what is hidden could take the place of what is not. */
function search(...[chance, world]: Parameters<Draw>): Question {
  return { question: 'search', body: { ...searchFor(chance, world), limit: 1 + chance.below(3) } };
}

const any: Draw = (...drawn) => withoutPast(anyQuestion(...drawn));

/** In turns: there are few questions of each world, and each kind shall be among them. */
const DRAWN: readonly Draw[] = [cutCard, cluster, any, any, any];

/** All events of these worlds got their positions at one time, so there is no past to ask about. */
function withoutPast({ question, body: { knownAt: _, ...body } }: Question): Question {
  return { question, body: 'since' in body ? { ...body, since: '2020' } : body };
}

async function inMemory(world: AskedWorld, viewer: Viewer, asked: Question): Promise<string> {
  const pages = JSON.parse(await world.observed(viewer, asked, (position) => position)) as Record<string, unknown>[];
  return comparable(pages);
}

/** Sealed continuations differ each time; whether there is one does not. Fields of an object have no order in JSON. */
function comparable(pages: readonly Record<string, unknown>[]): string {
  return String(
    canonicalize(
      pages.map(({ asOf: _, lagSeconds: __, continuation, ...page }) => ({
        ...page,
        continues: continuation !== undefined,
        ...('requestId' in page ? { requestId: PROBLEM_REQUEST } : {}),
      })),
    ),
  );
}

/** The same over HTTP. */
export async function overHttp(stand: QuestionStand, { token, asked }: StoredCase): Promise<string> {
  if (leavesAsFile(asked)) {
    const { status, text } = await stand.ask(asked.question, asked.body, { token, headers: { accept: 'text/csv' } });
    return comparable([status === 200 ? { file: timeless(text) } : (JSON.parse(text) as Record<string, unknown>)]);
  }
  const pages: Record<string, unknown>[] = [];
  let continuation: unknown;
  for (let page = 0; page < PAGES && (page === 0 || continuation !== undefined); page += 1) {
    const body = continuation === undefined ? asked.body : { ...asked.body, continuation };
    const answer = await stand.ask(asked.question, body, { token });
    pages.push(answer.body);
    continuation = answer.body['continuation'];
  }
  return comparable(pages);
}
