/** Random questions in the form in which callers send them. */
import { RELATION_TYPES, type KnownEvent } from '#events';
import type { Chance } from '../../bench/workload/chance.js';
import { entitiesOf, namesOf } from './cast.js';
import type { History } from './history.js';

export const QUESTIONS = [
  'entity-card',
  'timeline',
  'neighbours',
  'cluster',
  'key-players',
  'paths',
  'network-card',
  'changes',
  'what-would-fall',
  'list-look-up',
  'search',
  'export',
] as const;
/** Drawn evenly; those behind them are drawn by chances of their own. */
const OFTEN = QUESTIONS.slice(0, QUESTIONS.indexOf('list-look-up'));
export type QuestionName = (typeof QUESTIONS)[number];

/** A question, with what stands in its request. */
export interface Question {
  question: QuestionName;
  body: Record<string, unknown>;
}

/** Every other list leaves as a file, whose rows say how they are to be handled. */
export function leavesAsFile({ question, body }: Question): boolean {
  return question === 'list-look-up' && (body['identifiers'] as unknown[]).length % 2 === 0;
}

/** A file without the time at which it was known, which differs from asking to asking. */
export function timeless(file: string): string {
  return file.replace(/As known at [^ ]*Z/u, 'As known at a time');
}

/** A question, or a command that aims at something of others. */
export type Asked =
  | Question
  /** `event` is an event of the world, which the caller may see or not. */
  | { command: 'withdraw' | 'regrade' | 'rest-on'; event: string };

export function anyAsked(chance: Chance, world: number, history: History, ids: readonly string[]): Asked {
  if (!chance.happens(0.05)) return anyQuestion(chance, world, history, ids);
  return { command: chance.pick(['withdraw', 'regrade', 'rest-on'] as const), event: chance.pick(history).id };
}

const PERIODS = [{ validAt: '2026-03-01' }, { validFrom: '2026-03-02' }, { validTo: '2026-03' }];
const GRADING = { scheme: '3x5x2', source: '2', information: 'C' };

export function anyQuestion(chance: Chance, world: number, history: History, ids: readonly string[]): Question {
  const question = chance.happens(0.1) ? 'list-look-up' : chance.pick(OFTEN);
  const times = {
    ...(chance.happens(0.3) ? { knownAt: anyTime(chance, history) } : {}),
    ...(chance.happens(0.2) ? chance.pick(PERIODS) : {}),
  };
  if (question === 'list-look-up') return { question, body: { identifiers: listOf(chance, world), ...times } };
  const seed = chance.happens(0.05) ? { ...chance.pick(entitiesOf(world)) } : { id: chance.pick(ids) };
  const limit = chance.happens(0.5) ? { limit: chance.pick([1, 2, 3, 5]) } : {};
  if (chance.happens(0.1)) return { question: 'search', body: { ...searchFor(chance, world), ...times, ...limit } };
  if (chance.happens(0.05)) {
    const asFile = { question: chance.pick(['cluster', 'entity-card', 'network-card']), format: 'json' };
    return { question: 'export', body: { ...asFile, seed, ...times } };
  }
  if (question === 'cluster') return { question, body: { seed, ...times, ...limit } };
  if (question === 'network-card')
    return { question, body: { seed: aNetwork(chance, history) ?? seed, ...times, ...limit } };
  if (question === 'changes') {
    const neighbours = chance.happens(0.3) ? { neighbours: false } : {};
    return { question, body: { seed, since: anyTime(chance, history), ...times, ...neighbours, ...limit } };
  }
  if (question === 'what-would-fall')
    return {
      question,
      body: { ...aSource(chance, history), ...(chance.happens(0.6) ? { seed } : {}), ...times, ...limit },
    };
  if (question === 'paths') {
    const seeds = [seed, { id: chance.pick(ids) }];
    const way = chance.pick(['fewest-steps', 'best-graded', 'in-order-of-time']);
    return { question, body: { seeds, way, steps: 1 + chance.below(5), ...times } };
  }
  if (question === 'key-players') {
    const relations = chance.happens(0.3) ? { relations: ['CONTACTED', 'USES_NUMBER'] } : {};
    return { question, body: { seed, ...times, ...limit, ...relations } };
  }
  const filter = {
    ...(chance.happens(0.15)
      ? { relations: [chance.pick(RELATION_TYPES), 'USES_NUMBER', 'SAME_AS', 'CONTACTED'] }
      : {}),
    ...(chance.happens(0.15) ? { minimumGrading: GRADING } : {}),
  };
  return { question, body: { seed, ...times, ...filter, ...limit } };
}

/** One that somebody assessed, whoever may know of it. */
function aNetwork(chance: Chance, history: History): object | undefined {
  const keys = history.flatMap(({ body }) =>
    body.type === 'assertion.made' && body.data.subject.kind === 'network' ? [body.data.subject.key] : [],
  );
  return keys.length === 0 ? undefined : { kind: 'network', value: chance.pick(keys) };
}

/** An origin of the worlds, or an assertion that the caller may see or not. */
function aSource(chance: Chance, history: History): object {
  if (chance.happens(0.7)) return { origin: `report ${chance.below(4)}` };
  const { stream } = chance.pick(history);
  return { assertion: stream.slice(stream.indexOf('-') + 1) };
}

/** Some of the entities; seldom the number, whose canonical form costs more than all the rest of the question. */
function listOf(chance: Chance, world: number): object[] {
  const some = entitiesOf(world).filter(({ kind }) => chance.happens(kind === 'phone-number' ? 0.05 : 0.5));
  return some.length > 0 ? some.map((one) => ({ ...one })) : [{ value: 'nothing of the kind' }];
}

/** Mostly a name, so that those who carry it, or one like it, are looked for. */
export function searchFor(chance: Chance, world: number): { text: string; kinds?: string[] } {
  const { value } = chance.pick(chance.happens(0.8) ? namesOf(world) : entitiesOf(world).slice(5));
  return { text: value, ...(chance.happens(0.2) ? { kinds: ['account', 'person'] } : {}) };
}

/** Between two events, to the second. */
function anyTime(chance: Chance, history: readonly KnownEvent[]): string {
  const { recordedTime } = chance.pick(history);
  return `${new Date(Date.parse(recordedTime) + 1000 * chance.below(3)).toISOString().slice(0, 19)}Z`;
}
