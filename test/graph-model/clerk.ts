/**
 * What a careful clerk would know who reads every event and keeps a list: who said what of whom, when it was recorded, taken
 * back, graded anew, and who may see it. Written from the words of the documents and from nothing that answers questions, in
 * lists and loops. Where the two differ, one of them is wrong.
 */
import type { DataSubjectCategory, EntityKind, Grading, KnownEvent, Marking, NetworkRole, Statement } from '#events';
import type { Viewer } from '#access';
import { entityId } from '#identifiers';
import { SECRET, type History } from '../noninterference/history.js';
import { wordsAllow } from '../noninterference/words-of-the-policy.js';
import { beginningOf, endOf, type Period } from './periods.js';

export interface Thing {
  id: string;
  kind: EntityKind;
  key: string;
}

/** One statement on the clerk's list. */
export interface Line {
  assertion: string;
  index: number;
  /** Place of its event in the log, from 1. */
  said: number;
  /** Place of the event that took it back. */
  ended?: number;
  relation: string;
  from: Thing;
  /** The same thing again for what is stated of it. */
  to: Thing;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  /** Epoch seconds; the end is the first second at which it no longer held. */
  begins?: number;
  ends?: number;
  organisation: string;
  kind: 'fact' | 'assessment';
  grading?: Grading;
  /** What it is graded as from a later place on. */
  regradings: { since: number; kind: 'fact' | 'assessment'; grading: Grading }[];
  origin?: string;
  confidence?: number;
  count?: number;
  category?: DataSubjectCategory;
  role?: NetworkRole;
}

/** Whose eyes, when. */
export interface Eyes {
  viewer: Viewer;
  /** What was known after so many events. */
  known: number;
  /** Of what is true in it; always where it is absent. */
  valid?: Period;
}

export class Clerk {
  readonly lines: Line[] = [];
  private readonly markings = new Map<string, Marking>();
  /** When each event was recorded, to the second. */
  readonly recorded: string[] = [];

  constructor(history: History) {
    history.forEach((event, at) => this.take(event, at + 1));
  }

  private take(event: KnownEvent, place: number): void {
    this.recorded.push(`${event.recordedTime.slice(0, 19)}Z`);
    const assertion = event.stream.slice(event.stream.indexOf('-') + 1);
    this.markings.set(assertion, event.marking);
    const { body } = event;
    if (body.type === 'assertion.made')
      body.data.statements.forEach((statement, index) =>
        this.lines.push(lineOf(statement, { event, place, assertion, index, subject: thing(body.data.subject) })),
      );
    if (body.type === 'assertion.withdrawn')
      for (const { index } of body.data.statements) for (const line of this.of(assertion, index)) line.ended ??= place;
    if (body.type === 'assertion.regraded' && event.grading !== undefined)
      for (const { index } of body.data.statements)
        for (const line of this.of(assertion, index))
          line.regradings.push({ since: place, kind: event.statementKind.kind, grading: event.grading });
  }

  /** Events known at the end of a second or day, as it is written. */
  knownAt(text: string): number {
    return this.recorded.filter((recorded) => recorded.slice(0, text.length) <= text).length;
  }

  private of(assertion: string, index: number): Line[] {
    return this.lines.filter((line) => line.assertion === assertion && line.index === index);
  }

  /** What stood after `since` events or was said later, as it was first graded, also what was taken back meanwhile. */
  seenSince({ viewer, known }: Eyes, since: number): Line[] {
    return this.lines
      .filter(({ assertion }) => wordsAllow(viewer, this.markings.get(assertion)!))
      .filter(({ said, ended }) => said <= known && (ended === undefined || ended > since));
  }

  /** Whoever may see the assertion as it is marked now sees all that it ever said; what was known then is another matter. */
  seenBy({ viewer, known, valid }: Eyes): Line[] {
    return this.lines
      .filter(({ assertion }) => wordsAllow(viewer, this.markings.get(assertion)!))
      .filter(({ said, ended }) => said <= known && (ended === undefined || ended > known))
      .filter((line) => valid === undefined || touchesPeriod(line, valid))
      .map((line) => ({ ...line, ...line.regradings.filter(({ since }) => since <= known).at(-1) }));
  }
}

/** A statement without a date is never excluded by one. */
export function touchesPeriod({ begins, ends }: Pick<Line, 'begins' | 'ends'>, period: Period): boolean {
  return (begins === undefined || begins < period.end) && (ends === undefined || ends > period.begin);
}

function thing({ kind, key }: { kind: EntityKind; key: string }): Thing {
  return { id: entityId(SECRET, kind, key), kind, key };
}

interface Context {
  event: KnownEvent;
  place: number;
  assertion: string;
  index: number;
  subject: Thing;
}

function lineOf(statement: Statement, { event, place, assertion, index, subject }: Context): Line {
  const { relation, from, to, confidence, count } = statement;
  const line: Line = {
    ...{ assertion, index, said: place, relation, from: subject, to: subject },
    ...{ organisation: event.source, kind: event.statementKind.kind, grading: event.grading, regradings: [] },
    ...{ origin: event.origin, confidence, count },
    begins: from === undefined ? undefined : beginningOf(from),
    ends: to === undefined ? undefined : endOf(to),
  };
  if (statement.relation === 'STATED') {
    const { property, value, unit } = statement;
    return { ...line, property, value, unit };
  }
  const object = thing(statement.object);
  const category = hasCategory(relation, subject.kind, object.kind)
    ? (statement.category ?? 'uncategorised')
    : undefined;
  return { ...line, to: object, category, role: statement.role };
}

const CASES = ['incident', 'network', 'referral'];

/** "What a person is in a case is said on each link between the two", but for who investigates it, and for what denies one. */
function hasCategory(relation: string, one: EntityKind, other: EntityKind): boolean {
  if (['INVESTIGATED_BY', 'NOT_SAME_AS', 'NOT_MEMBER_OF'].includes(relation)) return false;
  return (one === 'person' && CASES.includes(other)) || (other === 'person' && CASES.includes(one));
}
