import type { CaseItem, Evidence, Finding, Ground, Outcome, QuestionReason, Theme, Urgency } from './case-terms.js';
import type { EntityRef } from './entity.js';

/**
 * A referral is one agency's case: items of one platform on one ground, from the draft to the last outcome. Its stream is the
 * agency's side of the record. It never names a removal, the platform's side: one removal may answer several agencies, and
 * nothing here may tell one of another.
 */
export interface ReferredItem extends CaseItem {
  evidence: Evidence[];
  /** Earlier item of an own referral that this one came back as (R21). */
  successorOf?: { referral: string; item: number; location: EntityRef };
}

/** Referral that states something in the graph. Its key belongs to the installation: both the agency's event and a platform's answer know it. */
export function referralEntity(referral: string): EntityRef {
  return { kind: 'referral', key: `breakwater:referral/${referral}` };
}

/** What an instrument asks of the agency beside the ground: which of it, the table of instruments says. */
export interface Paperwork {
  /** Where the platform can ask and where it sends what the law makes it send: no person's name. */
  contactPoint?: string;
  /** Remedies of the provider and of the uploader, and within what time. */
  redress?: string;
  /** The agency believes in good faith that what it says is accurate and complete (DSA art. 16(2)(d)). */
  goodFaith?: boolean;
  /** When the platform was informed of procedures and deadlines before a first order (TCO art. 3(2); ISO 8601, UTC). */
  informedAt?: string;
  /** Why a first order comes without that information. */
  emergency?: string;
}

export interface ReferralContent {
  /** Organisation of the platform. */
  platform: string;
  /** Code of the instrument: a row of the table in `libs/casework`. */
  instrument: string;
  ground: Ground;
  theme: Theme;
  urgency: Urgency;
  /** Main language of the items (BCP 47). */
  language?: string;
  /** Countries (ISO 3166, two letters) that the referral is about. */
  territory: string[];
  /** What is wrong with the items, in the agency's words to the platform. */
  explanation: string;
  /** The agency's own reference. */
  reference?: string;
  paperwork?: Paperwork;
  items: ReferredItem[];
  /** Earlier referral of the same agency that this one takes up again. */
  successorOf?: string;
}

export interface ReferralDrafted {
  referral: string;
  content: ReferralContent;
}

/** The decision that it may go out, as of the day when it was put to the check (R3, R5, R6). */
export interface OutwardBasis {
  policy: number;
  /** When the log was read (ISO 8601, UTC). */
  at: string;
  reasons: string[];
  permissions: string[];
  /** What it rests on, with the audience of each marking that day. */
  of: { event: string; under: number }[];
}

export interface CheckRequested {
  referral: string;
  /** Every referral waits until then, held or not (ISO 8601, UTC). */
  until: string;
  decision: OutwardBasis;
}

export interface ReferralHeld {
  referral: string;
  /** When the hold ends of itself (ISO 8601, UTC). */
  until: string;
  /** Where to ask: the deconfliction desk, and never whose interest it is. */
  contact: string;
}

export const CLEARANCES = ['window-passed', 'hold-released', 'hold-expired', 'override'] as const;
export type Clearance = (typeof CLEARANCES)[number];

export interface ReferralCleared {
  referral: string;
  by: Clearance;
  /** Given with an override; the authoriser is the event's actor. */
  reason?: string;
}

export interface ReferralSubmitted {
  referral: string;
  platform: string;
  instrument: string;
  theme: Theme;
  /** When the platform received it: clocks start here (R19; ISO 8601, UTC). */
  receivedAt: string;
  /** First moment that is too late; absent where the instrument has no deadline. */
  dueAt?: string;
  items: (CaseItem & { successorOf?: { location: EntityRef } })[];
}

/** What the platform said of an item of this referral. */
export type PlatformAnswer =
  | { answer: 'acknowledged' }
  | { answer: 'asked'; reason: QuestionReason; question: string }
  | { answer: 'decided'; outcome: Outcome }
  /** An earlier decision was wrong: `outcome` stands instead; without one nothing is decided again. */
  | { answer: 'corrected'; outcome?: Outcome; reason: string }
  | { answer: 'appeal-opened' }
  /** Overturned: the effect is taken back, and what rested on it is unwound (R22). */
  | { answer: 'appeal-decided'; result: 'upheld' | 'overturned' };

export interface ReferralAnswered {
  referral: string;
  /** Place in `ReferralContent.items`, from 0. */
  item: number;
  location: EntityRef;
  at: string;
  said: PlatformAnswer;
}

export interface InformationGiven {
  referral: string;
  item: number;
  text: string;
  evidence: Evidence[];
  at: string;
}

/** The agency's own look at an item, after an answer or without one. Each look is an event of its own. */
export interface FindingRecorded {
  referral: string;
  item: number;
  location: EntityRef;
  finding: Finding;
  /** When it was looked at (ISO 8601, UTC), and from where: network or country. */
  at: string;
  vantage: string;
  evidence: Evidence[];
  /** With `told-otherwise`: what the platform said by another channel. */
  outcome?: Outcome;
}

export interface ReferralEnded {
  referral: string;
  reason: string;
}

export interface ReferralReopened {
  referral: string;
  because: 'reappearance' | 'appeal' | 'correction' | 'new-evidence';
  reason: string;
}

/** The platform did not answer in time. Once for each item and clock. */
export interface DeadlineBreached {
  referral: string;
  item: number;
  instrument: string;
  dueAt: string;
}

export type ReferralEvent =
  | { type: 'referral.drafted'; version: 1; data: ReferralDrafted }
  | { type: 'referral.revised'; version: 1; data: ReferralDrafted }
  | { type: 'referral.check-requested'; version: 1; data: CheckRequested }
  | { type: 'referral.held'; version: 1; data: ReferralHeld }
  | { type: 'referral.cleared'; version: 1; data: ReferralCleared }
  | { type: 'referral.submitted'; version: 1; data: ReferralSubmitted }
  | { type: 'referral.answered'; version: 1; data: ReferralAnswered }
  | { type: 'referral.information-given'; version: 1; data: InformationGiven }
  | { type: 'referral.finding-recorded'; version: 1; data: FindingRecorded }
  | { type: 'referral.withdrawn'; version: 1; data: ReferralEnded }
  | { type: 'referral.closed'; version: 1; data: ReferralEnded }
  | { type: 'referral.reopened'; version: 1; data: ReferralReopened }
  | { type: 'deadline.breached'; version: 1; data: DeadlineBreached };

/** An organisation has an interest in identifiers, and wants to be asked before others act on them (R18). */
export interface InterestDeclared {
  interest: string;
  entities: EntityRef[];
  /** It never shows, not even as a hold: its owner is told of each check, and nobody else of anything. */
  covert: boolean;
  /** Whom the deconfliction desk calls. */
  contact: string;
  until: string;
}

export interface InterestEnded {
  interest: string;
  reason: string;
}

/** What the owner of an interest says of a referral that is held for it. */
export interface HoldAnswered {
  interest: string;
  /** The check that touched the interest: names no referral. */
  check: string;
  answer: 'no-objection' | 'keep';
  reason: string;
  /** With `keep`: until when. */
  until?: string;
}

export type DeconflictionEvent =
  | { type: 'interest.declared'; version: 1; data: InterestDeclared }
  | { type: 'interest.ended'; version: 1; data: InterestEnded }
  | { type: 'interest.hold-answered'; version: 1; data: HoldAnswered };
