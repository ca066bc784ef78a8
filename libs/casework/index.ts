/** Referrals and removals: the rules of both sides' cases, and the tables that follow from their events. For command-api and timekeeper. */
export { CaseRefusal, type CaseFault } from './case-refusal.js';
