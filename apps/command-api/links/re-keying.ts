import { createHash } from 'node:crypto';
import { actorOf } from '#access';
import { bodyOf, type AssertionMade, type EntityKind, type EntityRef, type EventDraft } from '#events';
import { IDENTIFIERS_VERSION, reKeyed } from '#identifiers';
import type { KnownAssertion } from '../assertions/assertion-state.js';
import type { Assertor } from '../assertions/assertor.js';

/**
 * When a rule of identifiers changes, what was said before keeps the keys that it was said with: an event is never rewritten.
 * A re-keying says of such a key and the new one that they are one, with the marking of what named it and resting on that, so
 * that it is narrowed with it, shows what it goes back to, and is undone by a withdrawal (R30). Pure.
 */
export interface ReKeying {
  /** The assertion that names the entity by another key than the rules of now give. */
  said: KnownAssertion;
  from: EntityRef;
  to: EntityRef;
  /** The same at every run under one version, so that a second run says nothing twice. */
  reference: string;
}

/** Of each entity that an assertion names, once. What re-keys is itself left alone: what it goes back to is re-keyed again. */
export function reKeyingsOf(said: KnownAssertion): ReKeying[] {
  const { made } = said;
  const { subject, statements, decision } = made.body.data;
  if (decision?.act === 're-key') return [];
  return namedIn(subject, statements).flatMap((from, place) => {
    const to = reKeyed(from, made.source);
    return to === undefined ? [] : [{ said, from, to, reference: `re-key ${IDENTIFIERS_VERSION} ${made.id} ${place}` }];
  });
}

function namedIn(subject: EntityRef, statements: AssertionMade['statements']): EntityRef[] {
  const all = [subject, ...statements.flatMap((one) => (one.relation === 'STATED' ? [] : one.object))];
  return [...new Map(all.map((one) => [`${one.kind} ${one.key}`, one])).values()];
}

export interface ReKeyTerms {
  id: string;
  by: Assertor;
  purpose: string;
  now: Date;
  keyOf: (kind: EntityKind, key: string) => string;
}

/** Nobody's word but the rules': an assessment, of one origin however often it is said. */
export function reKeyingDraft({ said, from, to, reference }: ReKeying, terms: ReKeyTerms): EventDraft {
  const { id, by, purpose, now, keyOf } = terms;
  const { made, marking, grading } = said;
  const rules = `rules of identifiers, version ${IDENTIFIERS_VERSION}`;
  return {
    id,
    body: bodyOf('assertion.made', {
      subject: from,
      statements: [{ relation: 'SAME_AS', object: to }],
      reference,
      decision: { act: 're-key', reason: `The ${rules}, give this key.` },
    }),
    time: { at: now.toISOString().slice(0, 10), precision: 'day' },
    actor: actorOf(by.viewer, by.role),
    purpose,
    origin: rules,
    basis: [made.id],
    statementKind: { kind: 'assessment', assessor: rules },
    ...(grading === undefined ? {} : { grading }),
    marking,
    keyId: keyOf(from.kind, from.key),
  };
}

/** What a reference stands for, as for every assertion under one. */
export function contentOfReKeying({ from, to }: ReKeying): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([from.kind, from.key, to.key]))
    .digest();
}
