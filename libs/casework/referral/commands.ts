import type {
  Evidence,
  Finding,
  Outcome,
  OutwardBasis,
  PlatformAnswer,
  ReferralContent,
  ReferralReopened,
  Fault,
} from '#events';

/** What can be asked of a referral. Whose it is and who may ask is decided before; here only whether it can be done now. */
export type ReferralCommand =
  | { type: 'draft'; now: Date; referral: string; content: ReferralContent }
  | { type: 'revise'; now: Date; content: ReferralContent }
  | ({ type: 'request-check'; now: Date; until: Date } & Outward)
  | { type: 'hold'; now: Date; until: Date; contact: string }
  | { type: 'clear'; now: Date; by: 'window-passed' | 'hold-released' | 'hold-expired' }
  /** By an authoriser; from the draft only where a life is at stake. */
  | ({ type: 'override'; now: Date; reason: string } & Outward)
  | { type: 'submit'; now: Date }
  | { type: 'answer'; now: Date; item: number; said: PlatformAnswer }
  | { type: 'give-information'; now: Date; item: number; text: string; evidence: Evidence[] }
  | ({ type: 'record-finding'; now: Date; item: number } & FindingGiven)
  | { type: 'withdraw' | 'close'; now: Date; reason: string }
  | { type: 'reopen'; now: Date; because: ReferralReopened['because']; reason: string }
  | { type: 'breach'; now: Date; item: number };

/** What goes out has to be complete, and allowed by those whose intelligence it rests on. */
export interface Outward {
  missing: readonly Fault[];
  decision: OutwardBasis;
}

export interface FindingGiven {
  finding: Finding;
  at: string;
  vantage: string;
  evidence: Evidence[];
  outcome?: Outcome;
}
