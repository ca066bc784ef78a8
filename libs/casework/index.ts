/** Referrals and removals: the rules of both sides' cases, and the tables that follow from their events. For command-api and timekeeper. */
export { answerReferrals, type SaidOfItem } from './answering.js';
export { caseTime, itemLock, type CaseAct, type EntityIdOf } from './case-act.js';
export { CaseRefusal, type CaseFault } from './case-refusal.js';
export type { ItemRequest, ReferredPlace } from './case-requests.js';
export { keepCases } from './keep-cases.js';
export { evolve, referralFrom } from './referral/evolve.js';
export {
  NO_REFERRAL,
  referralStream,
  type ItemState,
  type KnownReferral,
  type ReferralState,
} from './referral/referral-state.js';
export type { PlatformCommand } from './removal/commands.js';
export { decideRemoval, unheardRequests, unknownRemoval } from './removal/decide.js';
export { evolve as evolveRemoval, removalFrom } from './removal/evolve.js';
export { lockItems, openRemovals, removalState, removalStates } from './removal/open-removals.js';
export { PlatformActs } from './removal/platform-acts.js';
export { outcomeFaults } from './removal/outcome-faults.js';
export { PRIORITIES, priorityOf, type Priority } from './removal/priority.js';
export { informPlatform, requestRemovals, withdrawRequests, type Requested } from './removal/request-removals.js';
export {
  APPEALS,
  OPEN_STATUSES,
  isOpen,
  removalStream,
  type Decision,
  type KnownRemoval,
  type RemovalState,
  type StandingRequest,
} from './removal/state.js';
export { submitReferral } from './submission.js';
export { locate, MAX_LOCATION, platformOf, type Located, type LocationFlag, type LocationHints } from './locate.js';
