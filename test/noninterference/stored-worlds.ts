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
import { anyQuestion, type Question } from './requests.js';

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

/** Fills the stores and draws the questions. */
export async function storeWorlds(
  stand: QuestionStand,
  { worlds, questions, seed }: { worlds: number; questions: number; seed: number },
): Promise<StoredCase[]> {
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
  const cases: StoredCase[] = [];
  for (const { number, chance, history } of drawn) {
    const stored = history.map((event) => ({ ...event, recordedTime: places.get(event.id)!.givenAt }));
    const seeing = new AskedWorld(stored, { allSeeing: true });
    const ids = [...new Set(namedIn(stored))];
    for (let each = 0; each < questions; each += 1) {
      const { viewer, token } = chance.pick(members);
      const asked = askedApart(DRAWN[each % DRAWN.length]!(chance, number, stored, ids), number);
      const expected = await inMemory(new AskedWorld(visibleTo(viewer, stored)), viewer, asked);
      const touched = expected !== (await inMemory(seeing, viewer, asked));
      cases.push({ world: number, token, viewer, asked, expected, touched });
    }
  }
  return cases;
}

/** A card cut into small pages: only then are totals asked for, which count over all of them. */
function cutCard(chance: Chance, ids: readonly string[]): Question {
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
function cluster(chance: Chance, ids: readonly string[]): Question {
  return { question: 'cluster', body: { seed: { id: chance.pick(ids) } } };
}

/** In turns: there are few questions of each world, and each way to leak must show in some of them. */
const DRAWN: readonly ((chance: Chance, world: number, history: History, ids: readonly string[]) => Question)[] = [
  (chance, _world, _history, ids) => cutCard(chance, ids),
  (chance, _world, _history, ids) => cluster(chance, ids),
  ...[1, 2, 3].map(
    () =>
      (...[chance, world, history, ids]: Parameters<typeof anyQuestion>) =>
        withoutPast(anyQuestion(chance, world, history, ids)),
  ),
];

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
