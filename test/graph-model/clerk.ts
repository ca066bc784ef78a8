/**
 * What a careful clerk would know who reads every event and keeps a list: who said what of whom, when it was recorded, taken
 * back, graded anew, and who may see it. Written from the words of the documents and from nothing that answers questions, in
 * lists and loops. Where the two differ, one of them is wrong.
 */
import type { EntityKind, KnownEvent, Marking, Statement } from '#events';
import type { Viewer } from '#access';
import type { History } from '../noninterference/history.js';
import { wordsAllow } from '../noninterference/words-of-the-policy.js';
import { saidOfCase } from './clerk-of-cases.js';
import { thing, type Line, type Thing } from './lines.js';
import { beginningOf, endOf, type Period } from './periods.js';

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
  /** Assertions that rest on events of others directly: ids of both. */
  readonly rests: { derived: string; basis: string }[] = [];
  private readonly assertionOf = new Map<string, string>();
  /** When each event was recorded, to the second. */
  readonly recorded: string[] = [];

  constructor(history: History) {
    history.forEach((event, at) => this.take(event, at + 1));
  }

  private take(event: KnownEvent, place: number): void {
    this.recorded.push(`${event.recordedTime.slice(0, 19)}Z`);
    const assertion = event.stream.slice(event.stream.indexOf('-') + 1);
    this.markings.set(assertion, event.marking);
    this.assertionOf.set(event.id, assertion);
    const { body } = event;
    const ofCase = saidOfCase(event, place, assertion);
    for (const index of ofCase.ended)
      for (const line of this.of(assertion, index))
        if (line.relation === 'REMOVED' || line.property === 'restriction') line.ended ??= place;
    this.lines.push(...ofCase.said);
    if (body.type === 'assertion.made')
      this.rests.push(...event.basis.map((id) => ({ derived: assertion, basis: this.assertionOf.get(id) ?? id })));
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

  /** As they are marked now, whenever they were said. */
  assertionsSeenBy(viewer: Viewer): string[] {
    return [...this.markings].flatMap(([assertion, marking]) => (wordsAllow(viewer, marking) ? assertion : []));
  }

  /** Under which marking an assertion stands now. */
  markingOf({ assertion }: Pick<Line, 'assertion'>): Marking {
    return this.markings.get(assertion)!;
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
