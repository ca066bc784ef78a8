import type { Viewer } from '#access';
import type { CaseAct, DeconflictionSettings, FindingGiven, KnownReferral, LockedReferral } from '#casework';
import type { LogReads, LogWrites, StreamWrite } from '#event-log';
import type { Evidence, ReferralReopened } from '#events';

/** A step of a referral as a caller asks for it. */
export type StepGiven = { purpose: string } & (
  | { type: 'check' | 'submit' }
  | { type: 'override'; reason: string }
  | { type: 'withdraw' | 'close'; reason: string }
  | { type: 'reopen'; because: ReferralReopened['because']; reason: string }
  | { type: 'information'; item: number; text: string; evidence?: Evidence[] }
  | ({ type: 'finding'; item: number } & Omit<FindingGiven, 'evidence'> & { evidence?: Evidence[] })
);

/** What a step decided: the state that it led to, its writes, and what else belongs to it. */
export interface Stepped {
  state: KnownReferral;
  writes: StreamWrite[];
  alsoWrite?: (write: LogWrites) => Promise<unknown>;
}

/** All that a step is decided on. */
export interface Stepping {
  read: LogReads;
  viewer: Viewer;
  locked: LockedReferral;
  act: CaseAct;
  settings: DeconflictionSettings;
}
