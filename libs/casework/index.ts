/** Referrals and removals: the rules of both sides' cases, and the tables that follow from their events. For command-api and timekeeper. */
export { answerReferrals, type SaidOfItem } from './answering.js';
export { caseTime, itemLock, type CaseAct, type EntityIdOf } from './case-act.js';
export type { ItemRequest, ReferredPlace } from './case-requests.js';
export { keepCases } from './keep-cases.js';
export { DeconflictionSettings } from './deconfliction/deconfliction-settings.js';
export {
  decideInterest,
  interestFrom,
  interestStream,
  type HoldAsked,
  type InterestCommand,
  type KnownInterest,
} from './deconfliction/interest.js';
export { stillStands } from './deconfliction/standing.js';
export { recordChecks, touchedBy, type Touched } from './deconfliction/touched.js';
export type { FindingGiven, Outward, ReferralCommand } from './referral/commands.js';
export { decide } from './referral/decide.js';
export { evolve, referralFrom } from './referral/evolve.js';
export { INSTRUMENTS, instrumentOf, paperworkFollowing, type Instrument } from './referral/instruments.js';
export { lockReferral, type LockedReferral } from './referral/lock-referral.js';
export { qualityFaults, unknownInstrument } from './referral/quality.js';
export { referralWrite, type DraftTerms } from './referral/referral-write.js';
export {
  NO_REFERRAL,
  REFERRAL_STATUSES,
  isOpen as isUndecided,
  referralStream,
  type ItemState,
  type KnownReferral,
  type ReferralState,
  type ReferralStatus,
} from './referral/referral-state.js';
export type { PlatformCommand } from './removal/commands.js';
export { decideRemoval, platformOnly, unknownRemoval } from './removal/decide.js';
export { evolve as evolveRemoval, removalFrom } from './removal/evolve.js';
export { lockItems, openRemovals, removalState, removalStates } from './removal/open-removals.js';
export { PlatformActs } from './removal/platform-acts.js';
export { outcomeFaults, precedes } from './removal/outcome-faults.js';
export { PRIORITIES, priorityOf, type Priority } from './removal/priority.js';
export { informPlatform, requestRemovals, withdrawRequests, type Requested } from './removal/request-removals.js';
export {
  APPEALS,
  OPEN_STATUSES,
  REMOVAL_STATUSES,
  isOpen,
  removalStream,
  type Decision,
  type KnownRemoval,
  type RemovalState,
  type StandingRequest,
} from './removal/state.js';
export { submitReferral } from './submission.js';
export { locate, MAX_LOCATION, platformOf, type Located, type LocationFlag, type LocationHints } from './locate.js';
export { differencesOf, type Difference } from './facts/differences.js';
export { BECAME, DIMENSIONS, figuresOf, PERIODS, type Dimension, type Figure, type Period } from './facts/figures.js';
export { readCounted, readPairs, type FactsAsked } from './facts/read-facts.js';
