import type { CaseItem, Evidence, Ground, Outcome, QuestionReason, Theme, Urgency } from './case-terms.js';
import type { Paperwork } from './referral-events.js';

/**
 * A removal is the platform's case: one canonical item at one platform, from the first request (or from its own initiative) to
 * the last decision. Several agencies may have asked; the platform has one item, and the stream is seen by the platform alone.
 */
export interface RemovalRequest {
  referral: string;
  /** Place of the item in that referral. */
  item: number;
  organisation: string;
  instrument: string;
  ground: Ground;
  theme: Theme;
  urgency: Urgency;
  language?: string;
  territory: string[];
  explanation: string;
  evidence: Evidence[];
  paperwork?: Paperwork;
  receivedAt: string;
  dueAt?: string;
}

export interface RemovalRequested {
  removal: string;
  platform: string;
  item: CaseItem;
  request: RemovalRequest;
}

/** Another referral asks for the same item while it is undecided (R21). */
export interface RemovalJoined {
  removal: string;
  request: RemovalRequest;
  /** It comes from an older removal of the item, where its agency has heard that the platform has it. */
  heard?: true;
}

export interface RemovalAcknowledged {
  removal: string;
}

export interface InformationAsked {
  removal: string;
  reason: QuestionReason;
  question: string;
}

export interface RequestInformed {
  removal: string;
  referral: string;
  text: string;
  evidence: Evidence[];
}

export interface RequestWithdrawn {
  removal: string;
  referral: string;
  item: number;
}

export interface RemovalDecided {
  removal: string;
  outcome: Outcome;
  /** Platform's own reference of its decision. */
  reference?: string;
  /** Batch that it was pushed in. */
  batch?: string;
  /** Repeated where the decision's marking lets others see it, so that the graph needs no other event. */
  item?: CaseItem;
}

/** Removed on the platform's own initiative: no referral had asked for it. */
export interface RemovalReported {
  removal: string;
  platform: string;
  item: CaseItem;
  theme?: Theme;
  language?: string;
  outcome: Outcome;
  reference?: string;
  batch?: string;
}

/** A decision or report was wrong. `outcome` stands instead; without one nothing is decided any more. */
export interface RemovalCorrected {
  removal: string;
  /** Event that it corrects. */
  corrects: string;
  outcome?: Outcome;
  reason: string;
  /** Batch that was undone as a whole. */
  batch?: string;
  /** Where nothing is decided any more and the item has been asked for again since: the removal that has the requests now. */
  continuedIn?: string;
  item?: CaseItem;
}

export interface AppealOpened {
  removal: string;
  reason: string;
}

export interface AppealDecided {
  removal: string;
  result: 'upheld' | 'overturned';
  reason: string;
  item?: CaseItem;
}

export type RemovalEvent =
  | { type: 'removal.requested'; version: 1; data: RemovalRequested }
  | { type: 'removal.joined'; version: 1; data: RemovalJoined }
  | { type: 'removal.acknowledged'; version: 1; data: RemovalAcknowledged }
  | { type: 'removal.information-asked'; version: 1; data: InformationAsked }
  | { type: 'removal.information-given'; version: 1; data: RequestInformed }
  | { type: 'removal.request-withdrawn'; version: 1; data: RequestWithdrawn }
  | { type: 'removal.decided'; version: 1; data: RemovalDecided }
  | { type: 'removal.reported'; version: 1; data: RemovalReported }
  | { type: 'removal.corrected'; version: 1; data: RemovalCorrected }
  | { type: 'removal.appeal-opened'; version: 1; data: AppealOpened }
  | { type: 'removal.appeal-decided'; version: 1; data: AppealDecided };
