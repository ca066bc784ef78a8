import { createHash } from 'node:crypto';
import { actorOf } from '#access';
import {
  bodyOf,
  canonicalMarking,
  type AssertionMade,
  type EntityKind,
  type EntityRef,
  type EventDraft,
} from '#events';
import { IDENTIFIERS_VERSION, reKeyed } from '#identifiers';
import type { KnownAssertion } from '../assertions/assertion-state.js';
import type { Assertor } from '../assertions/assertor.js';

/**
 * When a rule of identifiers changes, what was said before keeps the keys that it was said with: an event is never rewritten.
 * A re-keying says of such a key and the new one that they are one, with the marking of what named it and resting on that, so
 * that it is narrowed with it, shows what it goes back to, and is undone by a withdrawal (R30). Pure.
 */
export interface ReKeying {
  /** The assertion that names the entity by a key that the rules of now read as another. */
  said: KnownAssertion;
  from: EntityRef;
  to: EntityRef;
  /** The same whenever it is found again, under whatever version: what was said, or taken back, is not said twice. */
  reference: string;
}

/** Of each entity that an assertion still names, once. What re-keys is left alone: what it goes back to is read again. */
export function reKeyingsOf(said: KnownAssertion): ReKeying[] {
  const { made } = said;
  if (made.body.data.decision?.act === 're-key') return [];
  return namedIn(made.body.data, said.standing).flatMap((from) => {
    const to = reKeyed(from, made.source);
    return to === undefined ? [] : [{ said, from, to, reference: `re-key ${made.id} ${hashOf(from, to)}` }];
  });
}

function namedIn({ subject, statements }: AssertionMade, standing: readonly number[]): EntityRef[] {
  const objects = statements.flatMap((one, place) =>
    one.relation === 'STATED' || !standing.includes(place) ? [] : one.object,
  );
  return [...new Map([subject, ...objects].map((one) => [`${one.kind} ${one.key}`, one])).values()];
}

function hashOf(from: EntityRef, to: EntityRef): string {
  return contentOf(from, to).toString('hex').slice(0, 32);
}

function contentOf(from: EntityRef, to: EntityRef): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([from.kind, from.key, to.key]))
    .digest();
}

/** What a reference stands for, as for every assertion under one. */
export function contentOfReKeying({ from, to }: ReKeying): Buffer {
  return contentOf(from, to);
}

/**
 * Of those found together, one for each pair of keys and marking: a number that thousands of assertions name by its old key is
 * said to be one with itself once. None where one of them was said before.
 */
export function stillToSay(found: readonly ReKeying[], known: ReadonlySet<string>): ReKeying[] {
  const alike = new Map<string, ReKeying[]>();
  for (const one of found) {
    const key = JSON.stringify([one.from.kind, one.from.key, one.to.key, canonicalMarking(one.said.marking)]);
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  return [...alike.values()].flatMap((group) =>
    group.some(({ reference }) => known.has(reference)) ? [] : group.slice(0, 1),
  );
}

export interface ReKeyTerms {
  id: string;
  by: Assertor;
  purpose: string;
  now: Date;
  keyOf: (kind: EntityKind, key: string) => string;
}

/** One for all versions: the rules are one source, however often they say so. */
const RULES = 'rules of identifiers';

/** Nobody's word but the rules': an assessment, graded as what named the entity is. */
export function reKeyingDraft({ said, from, to, reference }: ReKeying, terms: ReKeyTerms): EventDraft {
  const { id, by, purpose, now, keyOf } = terms;
  const { made, marking, grading } = said;
  return {
    id,
    body: bodyOf('assertion.made', {
      subject: from,
      statements: [{ relation: 'SAME_AS', object: to }],
      reference,
      decision: { act: 're-key', reason: `Version ${IDENTIFIERS_VERSION} of the ${RULES} reads the one as the other.` },
    }),
    time: { at: now.toISOString().slice(0, 10), precision: 'day' },
    actor: actorOf(by.viewer, by.role),
    purpose,
    origin: RULES,
    basis: [made.id],
    statementKind: { kind: 'assessment', assessor: RULES },
    ...(grading === undefined ? {} : { grading }),
    marking,
    keyId: keyOf(from.kind, from.key),
  };
}
