import {
  actDraft,
  bodyOf,
  canonicalMarking,
  spanOf,
  type Decision,
  type EntityKind,
  type EventDraft,
  type Marking,
  type Statement,
  type StatementKind,
  Refusal,
  refusedFor,
} from '#events';
import { actorOf, gradingFaults, maySee } from '#access';
import { standingEnds, type AssertionState, type KnownAssertion } from './assertion-state.js';
import type { Assertor } from './assertor.js';
import { basisFaults } from './basis.js';
import { reportTimeFault } from './date-faults.js';
import type { AssertionGiven, MarkingGiven } from './given.js';
import { markingOf, markingRules, refuseFaults } from './marking-rules.js';
import { regrade, type Regrade } from './regrade.js';
import { entityOf, statementOf, type RuleContext } from './statement-rules.js';

/**
 * The rules of an assertion: what one organisation says, once, about one subject. Pure; time, ids and the naming of keys come
 * in. It is made, corrected, regraded and withdrawn in one stream, so that a projection of it needs no other.
 */
export interface Make {
  type: 'make';
  /** Id of the assertion and of the event that makes it (UUIDv7). */
  id: string;
  given: AssertionGiven;
  /** What it decides about identity or a network; only the commands for these say so. */
  decision?: Decision;
  by: Assertor;
  now: Date;
  /** Opaque name of the key under which a subject's personal data will be sealed. */
  keyOf: (kind: EntityKind, key: string) => string;
  /** Markings in force of the events that it says it rests on, as far as there are such events. */
  restsOn: ReadonlyMap<string, Marking>;
  categoriseWithinDays?: number;
  bothConditionsUnderC?: boolean;
}

export interface Withdraw {
  type: 'withdraw';
  id: string;
  reason: string;
  purpose: string;
  /** Places of the statements meant; all that stand where it is left out. */
  statements?: readonly number[];
  /** May be left out; any other than that of the assertion is refused. */
  marking?: MarkingGiven;
  by: Assertor;
  now: Date;
}

export type AssertionCommand = Make | Withdraw | Regrade;

/** @throws {@link Refusal} */
export function decide(state: AssertionState, command: AssertionCommand): EventDraft {
  if (command.type === 'make') return make(command);
  if (state.status === 'absent') throw new Refusal('NotFound', 'assertion.unknown', 'There is no such assertion.');
  return command.type === 'withdraw' ? withdraw(state, command) : regrade(state, command);
}

/** Days within which a person link that came uncategorised has to be categorised, unless the installation says otherwise. */
export const CATEGORISE_WITHIN_DAYS = 28;

function make({ id, given, decision, by, now, keyOf, restsOn, ...rules }: Make): EventDraft {
  const context: RuleContext = {
    organisation: by.viewer.organisation,
    now,
    categoriseWithinDays: rules.categoriseWithinDays ?? CATEGORISE_WITHIN_DAYS,
    decision,
    isFact: given.statementKind.kind === 'fact',
    faults: [],
  };
  const marking = markingOf(given.marking, by.viewer.organisation);
  context.faults.push(
    ...markingRules(marking, by.viewer, rules.bothConditionsUnderC),
    ...gradingFaults(given.grading, '/grading'),
  );
  context.faults.push(...basisFaults(given.basis ?? [], restsOn, marking, by.viewer));
  const time = timeOf(given, context);
  const statementKind = kindOf(given, context);
  const subject = entityOf(given.subject, '/subject', context);
  const statements: Statement[] = given.statements.map((statement, index) =>
    statementOf(statement, subject, `/statements/${index}`, context),
  );
  refuseFaults('The assertion cannot be taken', context.faults);
  const reference = given.reference === undefined ? {} : { reference: given.reference };
  return {
    id,
    body: bodyOf('assertion.made', {
      subject,
      statements,
      ...reference,
      ...(decision === undefined ? {} : { decision }),
    }),
    time,
    actor: actorOf(by.viewer, by.role),
    purpose: given.purpose,
    ...(given.origin === undefined ? {} : { origin: given.origin }),
    basis: [...(given.basis ?? [])],
    statementKind,
    grading: given.grading,
    marking,
    keyId: keyOf(subject.kind, subject.key),
  };
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

function withdraw(state: KnownAssertion, command: Withdraw): EventDraft {
  const { made } = state;
  const { marking } = command;
  const { viewer } = command.by;
  if (!maySee(viewer, state.marking).see)
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
    canonicalMarking(markingOf(marking, viewer.organisation)) !== canonicalMarking(state.marking)
  )
    throw refusedFor('The withdrawal cannot be taken', [
      {
        pointer: '/marking',
        code: 'withdrawal.marking',
        detail: 'A withdrawal carries the marking of what it withdraws; leave it out.',
      },
    ]);
  return withdrawal(state, command);
}

function withdrawal(
  state: KnownAssertion,
  { id, reason, purpose, statements, by, now }: Omit<Withdraw, 'type' | 'marking'>,
): EventDraft {
  const { made, marking } = state;
  const ends = standingEnds(state);
  const meant = ends.statements.filter(({ index }) => statements === undefined || statements.includes(index));
  const body = bodyOf('assertion.withdrawn', { ...ends, statements: meant, reason });
  const act = { id, now, purpose, actor: actorOf(by.viewer, by.role) };
  return { ...actDraft(act, body, marking, [made.id]), ...(made.keyId === undefined ? {} : { keyId: made.keyId }) };
}
