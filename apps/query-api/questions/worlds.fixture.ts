import fc from 'fast-check';
import { ENTITY_LABELS, type EntityKind, type RelationType } from '#events';
import { packLaterHow } from '#graph';
import { entityId } from '#identifiers';
import { memoryReader, type Sight, type Validity, type WorldEntity, type WorldStatement } from '../reading/fetch.js';
import type { Filter } from '../reading/filter.js';
import type { Drawn, Question } from '../reading/question.js';
import type { Sources } from '../reading/statement-view.js';
import { BEGINNING_OF_TIME } from '#events';
import { END_OF_TIME } from '../terms/times.js';
import { BINDING_RELATIONS } from './cluster-graph.js';

/** Worlds of statements for the specs of the questions: said by hand, or drawn at random. */

export const SECRET = Buffer.alloc(32, 7);
export const EVERYTHING = { relations: null, gradings: null, validStart: BEGINNING_OF_TIME, validEnd: END_OF_TIME };
export const BOUNDS = { relations: [...BINDING_RELATIONS], hubLimit: 50, entityLimit: 5_000 };

export function entity(kind: EntityKind, key: string): WorldEntity {
  return { id: entityId(SECRET, kind, key), key, label: ENTITY_LABELS[kind] };
}

export function seedOf({ id }: WorldEntity): { id: string }[] {
  return [{ id }];
}

type Terms = Partial<Omit<WorldStatement, 'relation' | 'subject' | 'object'>>;

/** Statements in the order in which they were recorded: the position of each is its place, from 1. */
export function world(...said: ((pos: number) => WorldStatement)[]): WorldStatement[] {
  return said.map((statement, at) => statement(at + 1));
}

export const said =
  (subject: WorldEntity, relation: RelationType, object: WorldEntity, terms: Terms = {}) =>
  (pos: number): WorldStatement => ({ relation, subject, object, pos, ref: pos, aud: 1, org: 1, ...terms });

export const stated = (subject: WorldEntity, prop: string, val: string | number | boolean, terms: Terms = {}) =>
  said(subject, 'STATED', subject, { prop, val, ...terms });

/** What the log would know: assertion and time made from the position. */
export const SOURCES: Sources = {
  recorded: (position) => ({
    assertion: `assertion-${position}`,
    at: `2026-01-01T00:${String(Math.floor(position / 60) % 60).padStart(2, '0')}:${String(position % 60).padStart(2, '0')}Z`,
  }),
  organisation: (short) => `Organisation ${short}`,
};

export const ALL: Sight = { audiences: [1, 2, 3, 4], position: 1_000_000, leftOut: [] };

export async function ask<Terms, Answer>(
  question: Question<Terms, Answer>,
  statements: readonly WorldStatement[],
  terms: Terms,
  sight: Sight = ALL,
): Promise<Drawn<Answer> & { answer: Answer }> {
  const drawn = await question.draw(memoryReader(statements, sight), terms);
  return { ...drawn, answer: drawn.finish(SOURCES) };
}

const KINDS: EntityKind[] = ['account', 'handle', 'phone-number', 'network', 'person', 'media-hash', 'network'];
/** The eight entities of every random world; one is a number that is none. */
export const PEOPLE = [...KINDS.map((kind, at) => entity(kind, `key-${at}`)), entity('phone-number', 'raw:call me')];
export const NETWORKS = PEOPLE.filter(({ label }) => label === 'Network');
/** Often relations that bind and part, or clusters of random worlds would hardly ever be larger than one. */
const RELATIONS: RelationType[] = [
  ...BINDING_RELATIONS,
  'SAME_AS',
  'NOT_SAME_AS',
  'NOT_SAME_AS',
  'CONTACTED',
  'MEMBER_OF',
  'MEMBER_OF',
  'NOT_MEMBER_OF',
  'PART_OF',
  'PART_OF',
  'PART_OF',
  'HAS_NAME',
  'POSTED_BY',
  'MENTIONS',
  'STATED',
  'STATED',
  'REFERS',
  'REMOVED',
];

const LITERALS: Pick<WorldStatement, 'prop' | 'val'>[] = [
  { prop: 'colour', val: 'red' },
  { prop: 'colour', val: 7 },
  { prop: 'demoted', val: true },
  { prop: 'availability', val: 'still-available' },
];

const day = fc.integer({ min: 0, max: 6 });
const often = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => present(value, 1);
const seldom = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => present(value, 5);

function present<Value>(value: fc.Arbitrary<Value>, against: number): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: against }, { arbitrary: value, weight: 1 });
}

const statement = fc
  .record({
    relation: fc.constantFrom(...RELATIONS),
    subject: fc.constantFrom(...PEOPLE),
    object: fc.constantFrom(...PEOPLE),
    step: fc.integer({ min: 0, max: 2 }),
    aud: fc.integer({ min: 1, max: 4 }),
    org: fc.integer({ min: 1, max: 3 }),
    how: often(fc.constantFrom(1, 2, 18, 146, 19)),
    regraded: seldom(
      fc.array(fc.record({ after: fc.integer({ min: 1, max: 15 }), how: fc.constantFrom(2, 18, 146) }), {
        minLength: 1,
        maxLength: 2,
      }),
    ),
    src: often(fc.integer({ min: 1, max: 4 })),
    from: often(day),
    length: often(fc.integer({ min: 1, max: 3 })),
    conf: often(fc.integer({ min: 0, max: 100 })),
    n: often(fc.integer({ min: 1, max: 9 })),
    cat: seldom(fc.integer({ min: 1, max: 5 })),
    role: seldom(fc.integer({ min: 1, max: 15 })),
    gone: seldom(fc.integer({ min: 1, max: 30 })),
    literal: fc.constantFrom(...LITERALS),
  })
  .filter(({ relation, subject, object }) => relation === 'STATED' || subject !== object);

function latersOf(pos: number, regrades: { after: number; how: number }[]): number[] {
  const positions = regrades.reduce<number[]>((before, { after }) => [...before, (before.at(-1) ?? pos) + after], []);
  return regrades.map(({ how }, at) => packLaterHow(positions[at]!, how));
}

/** 20 to 50 statements between eight entities; several of one event share its position and differ in their place. */
export const anyWorld: fc.Arbitrary<WorldStatement[]> = fc
  .array(statement, { minLength: 20, maxLength: 50 })
  .map((drawn) => {
    let pos = 1;
    let i = 0;
    return drawn.map(({ step, length, gone, regraded, literal, relation, subject, object, from, ...rest }, at) => {
      if (at > 0 && step > 0) [pos, i] = [pos + step, 0];
      else if (at > 0) i += 1;
      const terms = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as typeof rest;
      return {
        ...terms,
        relation,
        subject,
        object: relation === 'STATED' ? subject : object,
        pos,
        ref: pos,
        ...(i === 0 ? {} : { i }),
        ...(from === undefined ? {} : { from: from * 86_400 }),
        ...(length === undefined ? {} : { to: ((from ?? 0) + length) * 86_400 }),
        ...(gone === undefined ? {} : { gone: pos + gone }),
        ...(regraded === undefined ? {} : { hows: latersOf(pos, regraded) }),
        ...(relation === 'STATED' ? literal : {}),
      } as WorldStatement;
    });
  });

export const anyEntity = fc.constantFrom(...PEOPLE);

export const anySight: fc.Arbitrary<Sight> = fc.record({
  audiences: fc.subarray([1, 2, 3, 4], { maxLength: 3 }),
  position: fc.oneof(
    { arbitrary: fc.constant(1_000_000), weight: 3 },
    { arbitrary: fc.integer({ min: 5, max: 60 }), weight: 1 },
  ),
  // Mostly nothing: that a regrade is committed and not yet in the graph is the exception.
  leftOut: fc.oneof(
    { arbitrary: fc.constant([] as number[]), weight: 2 },
    { arbitrary: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }), weight: 1 },
  ),
});

export const anyValidity: fc.Arbitrary<Validity> = fc.oneof(
  { arbitrary: fc.constant({ validStart: BEGINNING_OF_TIME, validEnd: END_OF_TIME }), weight: 3 },
  { arbitrary: day.map((from) => ({ validStart: from * 86_400, validEnd: (from + 2) * 86_400 })), weight: 1 },
);

export const anyFilter: fc.Arbitrary<Filter> = fc
  .record({
    validity: anyValidity,
    relations: fc.oneof(
      { arbitrary: fc.constant(null), weight: 2 },
      { arbitrary: fc.subarray(RELATIONS, { minLength: 1 }).map((some) => [...new Set(some)]), weight: 1 },
    ),
    gradings: fc.oneof(
      { arbitrary: fc.constant(null), weight: 3 },
      { arbitrary: fc.constant([1, 2, 18] as number[]), weight: 1 },
    ),
  })
  .map(({ validity, ...rest }) => ({ ...validity, ...rest }));
