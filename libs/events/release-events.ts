import type { Marking } from './marking.js';
import type { OutwardAction } from './permission-events.js';

/**
 * Passing on a copy of what was said, by decision: proposed, approved, carried out; held and resumed in between. Every
 * decision keeps what it was based on, so that it can be explained years later without the rules of that day.
 */
export const RELEASE_FORMS = ['plain', 'sanitised'] as const;
export type ReleaseForm = (typeof RELEASE_FORMS)[number];

/** Who has to approve: one authoriser; one who has not proposed it; or two who have not proposed it. */
export const RELEASE_RULES = ['one-person', 'two-persons', 'two-approvers'] as const;
export type ReleaseRule = (typeof RELEASE_RULES)[number];

export interface ReleaseRecipient {
  organisation: string;
  /** Why it is among the recipients: `named`, `group:NAME` or `agreement:ID`. */
  via: string;
}

/** A statement of the original by its place, with other words for its literal value where it is sanitised. */
export interface ReleasedStatement {
  index: number;
  value?: string;
}

/** What a decision was based on. */
export interface DecisionBasis {
  policy: number;
  /** When the log was read (ISO 8601, UTC). */
  at: string;
  /** Stable codes with the ids of the events and permissions that they are about. */
  reasons: string[];
  /** Permissions that were looked at and counted. */
  permissions: string[];
  /** Whose permission was missing at that time. */
  needs: { originator: string; event: string; action: OutwardAction; recipient: string }[];
}

export interface ReleaseContent {
  /** Assertion that it is a copy of. */
  item: string;
  form: ReleaseForm;
  statements: ReleasedStatement[];
  /** Agreed form of words, in place of or beside the statements. */
  words?: string;
  recipients: ReleaseRecipient[];
  /** Marking of the copy. */
  marking: Marking;
}

export interface ReleaseProposed extends ReleaseContent {
  release: string;
  rule: ReleaseRule;
  dueAt: string;
  decision: DecisionBasis;
}

export interface ReleaseApproved {
  release: string;
  decision: DecisionBasis;
  insteadOf?: string;
}

export interface ReleaseRefused {
  release: string;
  reason: string;
  insteadOf?: string;
}

/** Somebody stops it for a while. */
export interface ReleaseHeld {
  release: string;
  reason: string;
  until: string;
}

/** Holds end before their time: by whoever set them, or by a named authoriser against them. */
export interface ReleaseResumed {
  release: string;
  /** Whether it was somebody else's hold: an override, which others are told of. */
  override: boolean;
  reason: string;
  insteadOf?: string;
}

/** Another authoriser has taken note of an override. */
export interface OverrideNoted {
  release: string;
  insteadOf?: string;
}

export interface ReleaseCarriedOut {
  release: string;
  copy: string;
  decision: DecisionBasis;
}

/** Who must approve the releases of an organisation from now on. */
export interface ReleaseRuleSet {
  organisation: string;
  rule: ReleaseRule;
}

/** Threat to life: a copy went out at once, past permissions and approvals. */
export interface EmergencyDisclosureMade extends ReleaseContent {
  disclosure: string;
  copy: string;
  reason: string;
  reviewBy: string;
  /** What would have stood in the way. */
  decision: DecisionBasis;
  /** Organisations whose intelligence it was. */
  originators: string[];
}

export const REVIEW_OUTCOMES = ['justified', 'not-justified'] as const;
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number];

export interface EmergencyDisclosureReviewed {
  disclosure: string;
  outcome: ReviewOutcome;
  reason: string;
  insteadOf?: string;
}

/** An authoriser lets a colleague decide in their stead for a while. */
export interface DutyDelegated {
  delegation: string;
  organisation: string;
  from: string;
  to: string;
  until: string;
}

export interface DutyRecalled {
  delegation: string;
  reason: string;
}

export type ReleaseEvent =
  | { type: 'release.proposed'; version: 1; data: ReleaseProposed }
  | { type: 'release.approved'; version: 1; data: ReleaseApproved }
  | { type: 'release.refused'; version: 1; data: ReleaseRefused }
  | { type: 'release.held'; version: 1; data: ReleaseHeld }
  | { type: 'release.resumed'; version: 1; data: ReleaseResumed }
  | { type: 'release.override-noted'; version: 1; data: OverrideNoted }
  | { type: 'release.carried-out'; version: 1; data: ReleaseCarriedOut }
  | { type: 'release.rule-set'; version: 1; data: ReleaseRuleSet };

export type DisclosureEvent =
  | { type: 'disclosure.emergency-made'; version: 1; data: EmergencyDisclosureMade }
  | { type: 'disclosure.emergency-reviewed'; version: 1; data: EmergencyDisclosureReviewed };

export type DutyEvent =
  | { type: 'duty.delegated'; version: 1; data: DutyDelegated }
  | { type: 'duty.recalled'; version: 1; data: DutyRecalled };
