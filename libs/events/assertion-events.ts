import type { DataSubjectCategory } from './data-subject.js';
import type { EntityRef, RelationType } from './entity.js';
import type { Decision, NetworkRole } from './network-terms.js';

/**
 * An assertion is what one originator says, once, about one subject: up to {@link MAX_STATEMENTS} statements that share
 * grading, marking, origin and date of report. It is made, corrected, regraded and withdrawn in one stream, so that a
 * projection of it depends on nothing else.
 */
export const MAX_STATEMENTS = 64;

interface StatementTerms {
  /** When it was true: ISO 8601, cut where knowledge ends (`2026`, `2026-03`, `2026-03-09`, `2026-03-09T21:15:00Z`). */
  from?: string;
  to?: string;
  /** 0 to 100. */
  confidence?: number;
  /** How often it was seen (calls, messages). */
  count?: number;
}

/** Something said between the subject and another entity. */
export interface LinkStatement extends StatementTerms {
  relation: Exclude<RelationType, 'STATED'>;
  object: EntityRef;
  /**
   * What the person is in the case, on links between the two (R10). Optional and not a version of its own: absent on such a
   * link, as in events from before there were categories, is `uncategorised`.
   */
  category?: DataSubjectCategory;
  /** Day (UTC) by which an uncategorised link has to be categorised. */
  categoriseBy?: string;
  /** What the subject does in the network, on MEMBER_OF into one. Absent where nobody said. */
  role?: NetworkRole;
}

/** A literal said of the subject: make of a car, type of an incident, text of a post. */
export interface LiteralStatement extends StatementTerms {
  relation: 'STATED';
  property: string;
  value: string | number | boolean;
  unit?: string;
}

export type Statement = LinkStatement | LiteralStatement;

export interface AssertionMade {
  subject: EntityRef;
  statements: Statement[];
  /** The sender's own reference, unique within the organisation. */
  reference?: string;
  /** Present where it decides about identity or a network. Optional and not a version of its own, as categories are. */
  decision?: Decision;
}

/** Ends of a statement that an event acts on, repeated so that the projection needs no other stream and no look-up. */
export interface StatementEnds {
  /** Place in `AssertionMade.statements`, from 0. */
  index: number;
  relation: RelationType;
  /** Absent for a literal. */
  object?: EntityRef;
}

export interface AssertionWithdrawn {
  subject: EntityRef;
  statements: StatementEnds[];
  reason: string;
}

/**
 * A regrade: the event's own marking, and its grading where it has one, are those of the assertion from now on. The ends name
 * every statement that it ever made, since access to withdrawn ones follows the marking in force too. The original grade stays
 * where it is (R1): this is a record of its own, with its grader, time and reason.
 */
export interface AssertionRegraded {
  subject: EntityRef;
  statements: StatementEnds[];
  reason: string;
}

export type AssertionEvent =
  | { type: 'assertion.made'; version: 1; data: AssertionMade }
  | { type: 'assertion.withdrawn'; version: 1; data: AssertionWithdrawn }
  | { type: 'assertion.regraded'; version: 1; data: AssertionRegraded };
