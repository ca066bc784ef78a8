import type { Actor, CaseItem, Evidence, Marking, Outcome, QuestionReason, RemovalRequest, Theme } from '#events';

/** Who acts, when and for what; and the id of the event if there is to be one. */
export interface RemovalAct {
  id: string;
  now: Date;
  actor: Actor;
  purpose: string;
}

/** What agencies' cases do to the platform's: decided on their side, carried over here. */
export type RequestCommand =
  | { type: 'request'; removal: string; platform: string; item: CaseItem; request: RemovalRequest; gsc: string }
  | { type: 'join'; request: RemovalRequest; gsc: string; heard?: true }
  | { type: 'inform'; referral: string; text: string; evidence: Evidence[] }
  | { type: 'withdraw-request'; referral: string; item: number };

/** What a platform does with its cases. */
export type PlatformCommand =
  | { type: 'acknowledge' }
  | { type: 'ask'; reason: QuestionReason; question: string }
  | { type: 'decide'; outcome: Outcome; reference?: string; batch?: string }
  | ({ type: 'report'; removal: string; platform: string; item: CaseItem; marking: Marking } & Reported)
  | { type: 'correct'; outcome?: Outcome; reason: string; batch?: string; continuedIn?: string }
  | { type: 'open-appeal'; reason: string }
  | { type: 'decide-appeal'; result: 'upheld' | 'overturned'; reason: string };

interface Reported {
  outcome: Outcome;
  theme?: Theme;
  language?: string;
  reference?: string;
  batch?: string;
}

export type RemovalCommand = RequestCommand | PlatformCommand;

/** Most requests that one open removal takes: a decision answers all of them in one append, which has room for this many. */
export const MAX_REQUESTS = 400;
