import type { CaseItem, KnownEvent, Outcome, QuestionReason, RemovalEvent, RemovalRequest } from '#events';

/** One agency's request for the item, as the platform's record has it. */
export interface StandingRequest extends RemovalRequest {
  acknowledged: boolean;
  /** Whether the question that is open now was put to it too; who joins later was not asked. */
  asked: boolean;
}

export const APPEALS = ['none', 'open', 'upheld', 'overturned'] as const;
export type Appeal = (typeof APPEALS)[number];

/** What was decided last, and by which event: a correction names it. */
export interface Decision {
  event: string;
  outcome: Outcome;
  /** When it was said first (ISO 8601, UTC); a correction does not change it. */
  at: string;
  appeal: Appeal;
  /** Batch that it was pushed in. */
  batch?: string;
}

/**
 * - `requested`: somebody asks for it and has not heard yet that the platform knows
 * - `acknowledged`: everybody who asks has heard so
 * - `needs-information`: the platform waits for an answer, or cannot act just now
 * - `decided`: it has an outcome
 * - `undone`: its outcome was a mistake, and nobody asks for it
 * - `lapsed`: everybody who asked has taken it back before it was decided
 */
export const REMOVAL_STATUSES = [
  'requested',
  'acknowledged',
  'needs-information',
  'decided',
  'undone',
  'lapsed',
] as const;
export type RemovalStatus = (typeof REMOVAL_STATUSES)[number];

export interface KnownRemoval {
  status: RemovalStatus;
  removal: string;
  platform: string;
  item: CaseItem;
  /** Those that have not been taken back. */
  requests: readonly StandingRequest[];
  /** Why the platform waits, while it does. */
  question?: QuestionReason;
  /** When it came to the platform, or was reported by it (ISO 8601, UTC). */
  since: string;
  /** When the platform first said that it has it. */
  acknowledgedAt?: string;
  decision?: Decision;
  /** Batch whose undoing took the decision away. */
  undoneBatch?: string;
  /** Marking of its newest event: every later one bears it (a request may make it stricter). */
  marking: KnownEvent['marking'];
  version: number;
}

export type RemovalState = { status: 'absent' } | KnownRemoval;

export const NO_REMOVAL: RemovalState = { status: 'absent' };

/** States in which the platform owes an answer. */
export const OPEN_STATUSES = [
  'requested',
  'acknowledged',
  'needs-information',
] as const satisfies readonly RemovalStatus[];

export type OpenRemoval = KnownRemoval & { status: (typeof OPEN_STATUSES)[number] };

export function isOpen(state: RemovalState): state is OpenRemoval {
  return (OPEN_STATUSES as readonly string[]).includes(state.status);
}

/** Stream of a removal. Nobody but its platform may learn the name. */
export function removalStream(removal: string): string {
  return `removal-${removal}`;
}

export type RemovalHistory = Extract<KnownEvent, { body: RemovalEvent }>;
