import { bodyOf, canonicalMarking, type EventDraft, type Grading, type Marking, Refusal, type Fault } from '#events';
import { gradingFaults, isAtMostAsWide, maySee } from '#access';
import { endsOf, type KnownAssertion } from './assertion-state.js';
import { WIDENING_ROLE, type Assertor } from './assertor.js';
import { restrictionFaults } from './basis.js';
import type { MarkingGiven } from './given.js';
import { markingOf, markingRules, refuseFaults } from './marking-rules.js';

/**
 * A regrade gives an assertion another marking, another grading or both, whether it stands or was withdrawn. The first grading
 * stays in its event (R1): this is a record of its own. Pure, as all rules of an assertion.
 */
export interface Regrade {
  type: 'regrade';
  id: string;
  /** Absent where it stays. */
  marking?: MarkingGiven;
  /** Absent where it stays. */
  grading?: Grading;
  reason: string;
  purpose: string;
  by: Assertor;
  now: Date;
  /** Markings in force of the events that it rests on, as far as there are such events. */
  restsOn: ReadonlyMap<string, Marking>;
  bothConditionsUnderC?: boolean;
}

const REFUSED = 'The regrade cannot be taken';

/** @throws {@link Refusal} */
export function regrade(known: KnownAssertion, command: Regrade): EventDraft {
  const { made } = known;
  const { viewer } = command.by;
  if (!maySee(viewer, known.marking).see)
    throw new Refusal('NotReleasable', 'assertion.not-releasable', 'There is no such assertion.');
  if (made.source !== viewer.organisation)
    throw new Refusal(
      'Forbidden',
      'assertion.not-yours',
      'Only the organisation that made an assertion can regrade it.',
    );
  const marking = command.marking === undefined ? known.marking : markingOf(command.marking, viewer.organisation);
  refuseFaults(REFUSED, termFaults(marking, command));
  const sameMarking = canonicalMarking(marking) === canonicalMarking(known.marking);
  if (sameMarking && isSameGrading(command.grading ?? known.grading, known.grading))
    throw new Refusal('RuleRefused', 'regrade.nothing-new', 'The assertion carries this marking and grading already.');
  const widens = !isAtMostAsWide(marking, known.marking);
  if (widens) {
    refuseWithoutRole(command.by);
    refuseFaults(REFUSED, restrictionFaults(made.basis, command.restsOn, marking, viewer));
  }
  return regradedBy(known, command, marking, widens ? WIDENING_ROLE : command.by.role);
}

function termFaults(marking: Marking, { marking: given, grading, by, bothConditionsUnderC }: Regrade): Fault[] {
  if (given === undefined && grading === undefined)
    return [{ pointer: '', code: 'regrade.empty', detail: 'names a new marking, a new grading, or both' }];
  return [
    // A marking that stays may be one that no caller can write, such as that of what rests on two compartments.
    ...(given === undefined ? [] : markingRules(marking, by.viewer, bothConditionsUnderC)),
    ...(grading === undefined ? [] : gradingFaults(grading, '/grading')),
  ];
}

function refuseWithoutRole({ viewer }: Assertor): void {
  if (!viewer.roles.includes(WIDENING_ROLE))
    throw new Refusal(
      'Forbidden',
      'regrade.widens',
      'Somebody might see or use it who could not before: an authoriser of your organisation has to regrade it. ' +
        'Where you name agencies only, the handling code AGENCIES-ONLY says so and may make it narrower.',
    );
}

function isSameGrading(one: Grading | undefined, other: Grading | undefined): boolean {
  return one?.scheme === other?.scheme && one?.source === other?.source && one?.information === other?.information;
}

function regradedBy(
  known: KnownAssertion,
  { id, grading, reason, purpose, by, now }: Regrade,
  marking: Marking,
  role: string,
): EventDraft {
  return {
    ...regraded(known, { id, reason, now, marking }),
    actor: { organisation: by.viewer.organisation, user: by.viewer.subject, role },
    purpose,
    ...(grading === undefined ? {} : { grading }),
  };
}

/** Who acts where a rule acts: nobody of any organisation. */
export const RULE = { user: 'rule:R4', role: 'rule' };
export const FOLLOWS = {
  reason: 'narrowed because what it rests on was narrowed',
  purpose: 'marking-follows-basis',
};

/**
 * The narrowing of what rests on something that was narrowed (R4). Its organisation may not be among those who may know of the
 * other: so nothing here says what it was, who did it, why, or in which operation.
 */
export function narrowedByRule(
  known: KnownAssertion,
  marking: Marking,
  { id, now }: { id: string; now: Date },
): EventDraft {
  return {
    ...regraded(known, { id, reason: FOLLOWS.reason, now, marking }),
    actor: { organisation: known.made.source, ...RULE },
    purpose: FOLLOWS.purpose,
  };
}

function regraded(
  { made }: KnownAssertion,
  { id, reason, now, marking }: { id: string; reason: string; now: Date; marking: Marking },
): Omit<EventDraft, 'actor' | 'purpose'> {
  return {
    id,
    body: bodyOf('assertion.regraded', { ...endsOf(made), reason }),
    time: { at: `${now.toISOString().slice(0, 19)}Z`, precision: 'second' },
    basis: [made.id],
    statementKind: made.statementKind,
    marking,
    ...(made.keyId === undefined ? {} : { keyId: made.keyId }),
  };
}
