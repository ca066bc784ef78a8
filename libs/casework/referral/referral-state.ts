import type {
  CaseItem,
  Clearance,
  Finding,
  Grading,
  KnownEvent,
  Marking,
  Outcome,
  OutwardBasis,
  QuestionReason,
  ReferralContent,
  ReferralEvent,
} from '#events';
import type { Clock } from './clock.js';

/** Where a referral stands (domain-standards 2.7). From `submitted` to `answered` it follows from the items. */
export const REFERRAL_STATUSES = [
  'drafted',
  'deconfliction-pending',
  'held',
  'cleared',
  'submitted',
  'acknowledged',
  'needs-information',
  'answered',
  'closed',
  'withdrawn',
] as const;
export type ReferralStatus = (typeof REFERRAL_STATUSES)[number];

export const ITEM_STATUSES = [
  'not-submitted',
  'submitted',
  'acknowledged',
  'needs-information',
  'actioned',
  'rejected',
  'no-violation',
  'already-gone',
  'withdrawn',
] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

export type AppealState = 'none' | 'open' | 'upheld' | 'overturned';

/** One item of a referral, as the agency knows it. */
export interface ItemState extends CaseItem {
  status: ItemStatus;
  acknowledgedAt?: string;
  /** What the platform asked last, while it is unanswered. */
  question?: { reason: QuestionReason; question: string; at: string };
  outcome?: Outcome;
  decidedAt?: string;
  appeal: AppealState;
  /** What the agency found itself, oldest first. */
  findings: readonly { finding: Finding; at: string; vantage: string; outcome?: Outcome }[];
  /** Absent where the instrument has no deadline, and before submission. */
  clock?: Clock;
}

export interface KnownReferral {
  status: ReferralStatus;
  referral: string;
  /** The agency whose case it is. */
  organisation: string;
  /** Given with the draft; every event of the stream carries it. */
  marking: Marking;
  grading?: Grading;
  /** Events that the draft rests on. */
  basis: readonly string[];
  content: ReferralContent;
  items: readonly ItemState[];
  /** Since the check was asked for. */
  window?: { until: string; decision: OutwardBasis };
  hold?: { until: string; contact: string };
  clearedBy?: Clearance;
  receivedAt?: string;
  /** It was closed once and taken up again. */
  reopened: boolean;
  draftedAt: string;
  /** Id of the newest event. */
  newest: string;
  version: number;
}

export type ReferralState = { status: 'absent'; version: 0 } | KnownReferral;

export const NO_REFERRAL: ReferralState = { status: 'absent', version: 0 };

export type ReferralHistory = Extract<KnownEvent, { body: ReferralEvent }>;

export function referralStream(referral: string): string {
  return `referral-${referral}`;
}

/** Undecided: the platform still owes an outcome. */
export function isOpen(status: ItemStatus): boolean {
  return status === 'submitted' || status === 'acknowledged' || status === 'needs-information';
}

/** The platform has it and has not said its last word. */
export function isWithPlatform(status: ReferralStatus): boolean {
  return status === 'submitted' || status === 'acknowledged' || status === 'needs-information' || status === 'answered';
}
