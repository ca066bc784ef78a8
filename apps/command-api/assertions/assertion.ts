import {
  bodyOf,
  canonicalMarking,
  spanOf,
  type Actor,
  type EntityKind,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type RecordedEvent,
  type Statement,
  type StatementKind,
} from '#events';
import { ABOVE_OFFICIAL, gradingFaults, markingFaults, maySee, type Viewer } from '#access';
import { Refusal, refusedFor, type Fault } from '../refusal.js';
import { basisFaults } from './basis.js';
import { reportTimeFault } from './date-faults.js';
import type { AssertionGiven, MarkingGiven } from './given.js';
import { entityOf, statementOf, type RuleContext } from './statement-rules.js';

/**
 * The rules of an assertion: what one organisation says, once, about one subject. Pure; time, ids and the naming of keys come
 * in. It is made, corrected and withdrawn in one stream, so that a projection of it needs no other.
 */
export type AssertionState =
  | { status: 'absent' }
  | { status: 'standing'; made: MadeEvent; version: number }
  | { status: 'withdrawn'; made: MadeEvent; version: number };

export type MadeEvent = Extract<KnownEvent, { body: { type: 'assertion.made' } }>;
type AssertionHistory = Extract<KnownEvent, { body: { type: 'assertion.made' | 'assertion.withdrawn' } }>;

/** Who acts, and in which of their roles. */
export interface Assertor {
  viewer: Viewer;
  role: string;
}

export interface Make {
  type: 'make';
  /** Id of the assertion and of the event that makes it (UUIDv7). */
  id: string;
  given: AssertionGiven;
  by: Assertor;
  now: Date;
  /** Opaque name of the key under which a subject's personal data will be sealed. */
  keyOf: (kind: EntityKind, key: string) => string;
  /** Markings of the events that it says it rests on, as far as there are such events. */
  restsOn: ReadonlyMap<string, Marking>;
  categoriseWithinDays?: number;
}

export interface Withdraw {
  type: 'withdraw';
  id: string;
  reason: string;
  purpose: string;
  /** May be left out; any other than that of the assertion is refused. */
  marking?: MarkingGiven;
  by: Assertor;
  now: Date;
}

export type AssertionCommand = Make | Withdraw;

export const NO_ASSERTION: AssertionState = { status: 'absent' };

export function evolve(state: AssertionState, event: AssertionHistory): AssertionState {
  switch (event.body.type) {
    case 'assertion.made':
      return { status: 'standing', made: event as MadeEvent, version: event.streamVersion };
    case 'assertion.withdrawn':
      return state.status === 'absent' ? state : { ...state, status: 'withdrawn', version: event.streamVersion };
  }
}

export function assertionFrom(events: readonly KnownEvent[]): AssertionState {
  return (events as readonly AssertionHistory[]).reduce(evolve, NO_ASSERTION);
}

/** @throws {@link Refusal} */
export function decide(state: AssertionState, command: AssertionCommand): EventDraft {
  return command.type === 'make' ? make(command) : withdraw(state, command);
}

/** Days within which a person link that came uncategorised has to be categorised, unless the installation says otherwise. */
export const CATEGORISE_WITHIN_DAYS = 28;

function make({ id, given, by, now, keyOf, restsOn, categoriseWithinDays }: Make): EventDraft {
  const context: RuleContext = {
    organisation: by.viewer.organisation,
    now,
    categoriseWithinDays: categoriseWithinDays ?? CATEGORISE_WITHIN_DAYS,
    faults: [],
  };
  const marking = markingOf(given.marking, by.viewer.organisation);
  context.faults.push(...markingRules(marking, by.viewer), ...gradingFaults(given.grading, '/grading'));
  context.faults.push(...basisFaults(given.basis ?? [], restsOn, marking, by.viewer));
  const time = timeOf(given, context);
  const statementKind = kindOf(given, context);
  const subject = entityOf(given.subject, '/subject', context);
  const statements: Statement[] = given.statements.map((statement, index) =>
    statementOf(statement, subject, `/statements/${index}`, context),
  );
  refuseFaults(context.faults);
  const reference = given.reference === undefined ? {} : { reference: given.reference };
  return {
    id,
    body: bodyOf('assertion.made', { subject, statements, ...reference }),
    time,
    actor: actorOf(by),
    purpose: given.purpose,
    ...(given.origin === undefined ? {} : { origin: given.origin }),
    basis: [...(given.basis ?? [])],
    statementKind,
    grading: given.grading,
    marking,
    keyId: keyOf(subject.kind, subject.key),
  };
}

/** What is above OFFICIAL is told alone: nothing else of such a request may be looked at or kept (R7). */
function refuseFaults(faults: readonly Fault[]): void {
  const spillage = faults.find(({ code }) => code === ABOVE_OFFICIAL);
  const [first, ...others] = spillage === undefined ? faults : [spillage];
  if (first !== undefined) throw refusedFor('The assertion cannot be taken', [first, ...others]);
}

export function markingOf(given: MarkingGiven, organisation: string): Marking {
  const { gsc, tlp, handling = [], conditions = [], releasableTo = [], originator = organisation } = given;
  return { gsc, tlp, handling, conditions, releasableTo, originator, compartment: given.compartment ?? null };
}

function markingRules(marking: Marking, viewer: Viewer): Fault[] {
  const faults: Fault[] = markingFaults(marking, { at: '/marking', organisation: viewer.organisation });
  const { compartment } = marking;
  // One answer whether or not such a compartment exists.
  if (compartment !== null && !viewer.compartments.includes(compartment))
    faults.push({
      pointer: '/marking/compartment',
      code: 'marking.not-your-compartment',
      detail: 'must be a compartment that you are in',
    });
  return faults;
}

function timeOf({ time }: AssertionGiven, context: RuleContext): EventDraft['time'] {
  const span = spanOf(time.at);
  const fault = reportTimeFault(span, time.precision, context.now);
  if (fault !== undefined) context.faults.push({ pointer: '/time', ...fault });
  return { at: time.at, precision: span?.precision ?? 'day' };
}

function kindOf({ statementKind: { kind, assessor } }: AssertionGiven, context: RuleContext): StatementKind {
  if (kind === 'fact') {
    if (assessor !== undefined)
      context.faults.push({
        pointer: '/statementKind/assessor',
        code: 'statement-kind.assessor-of-fact',
        detail: 'a fact has no assessor',
      });
    return { kind };
  }
  if (assessor === undefined || assessor.trim() === '')
    context.faults.push({
      pointer: '/statementKind/assessor',
      code: 'statement-kind.assessor-missing',
      detail: 'an assessment names its assessor (R11)',
    });
  return { kind, assessor: assessor ?? '' };
}

function withdraw(state: AssertionState, { id, reason, purpose, marking, by, now }: Withdraw): EventDraft {
  if (state.status === 'absent') throw new Refusal('NotFound', 'assertion.unknown', 'There is no such assertion.');
  const { made } = state;
  const { viewer } = by;
  if (!maySee(viewer, made.marking).see)
    throw new Refusal('NotReleasable', 'assertion.not-releasable', 'There is no such assertion.');
  if (made.source !== viewer.organisation)
    throw new Refusal(
      'Forbidden',
      'assertion.not-yours',
      'Only the organisation that made an assertion can withdraw it.',
    );
  if (state.status === 'withdrawn')
    throw new Refusal('RuleRefused', 'assertion.withdrawn-already', 'The assertion has been withdrawn already.');
  // Narrower, and those who rely on the statement would never learn that it fell; wider, and others would learn that it was.
  if (
    marking !== undefined &&
    canonicalMarking(markingOf(marking, viewer.organisation)) !== canonicalMarking(made.marking)
  )
    throw refusedFor('The withdrawal cannot be taken', [
      {
        pointer: '/marking',
        code: 'withdrawal.marking',
        detail: 'A withdrawal carries the marking of what it withdraws; leave it out.',
      },
    ]);
  return withdrawal(made, { id, reason, purpose, by, now });
}

function withdrawal(made: MadeEvent, { id, reason, purpose, by, now }: Omit<Withdraw, 'type' | 'marking'>): EventDraft {
  const { subject, statements } = made.body.data;
  const ends = statements.map((statement, index) =>
    statement.relation === 'STATED'
      ? { index, relation: statement.relation }
      : { index, relation: statement.relation, object: statement.object },
  );
  const keyId: Pick<RecordedEvent, 'keyId'> = made.keyId === undefined ? {} : { keyId: made.keyId };
  return {
    id,
    body: bodyOf('assertion.withdrawn', { subject, statements: ends, reason }),
    time: { at: `${now.toISOString().slice(0, 19)}Z`, precision: 'second' },
    actor: actorOf(by),
    purpose,
    basis: [made.id],
    statementKind: { kind: 'fact' },
    marking: made.marking,
    ...keyId,
  };
}

function actorOf({ viewer, role }: Assertor): Actor {
  return { organisation: viewer.organisation, user: viewer.subject, role };
}
