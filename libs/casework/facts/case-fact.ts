import {
  audienceOf,
  type Effect,
  type Finding,
  type ItemKind,
  type Outcome,
  type RefusalReason,
  type Result,
  type Theme,
} from '#events';
import { deadlineOf, type Clock, type Deadline } from '../referral/clock.js';
import { isOpen, type AppealState, type ItemState, type KnownReferral } from '../referral/referral-state.js';

/**
 * What one side's record says of one item of a case, at one time. Figures are counted from these and from nothing else, so
 * that a figure can be followed down to its cases. Both sides keep their own: neither is worked out from the other.
 */
export interface CaseFact {
  side: 'agency' | 'platform';
  /** Referral or removal whose record says so. */
  caseId: string;
  /** Absent for what a platform did on its own initiative. */
  referral?: string;
  /** Place in the referral; 0 where there is none. */
  item: number;
  /** Agency that asked. */
  organisation?: string;
  platform: string;
  /** Who may see the record. */
  audience: number;
  itemKind: ItemKind;
  theme?: Theme;
  instrument?: string;
  language?: string;
  territory: readonly string[];
  /** When it came to the platform (ISO 8601, UTC); other times likewise. */
  receivedAt: string;
  acknowledgedAt?: string;
  decidedAt?: string;
  effectiveAt?: string;
  /** `open`: no outcome is recorded. */
  status: 'open' | 'decided' | 'withdrawn';
  result?: Result;
  effect?: Effect;
  reason?: RefusalReason;
  appeal: AppealState;
  /** Under an instrument with a deadline: when it is due, stopped intervals left out, and what became of it. */
  dueAt?: string;
  deadline?: Deadline;
  /** The agency's newest look at it. */
  finding?: Finding;
  /** What the platform is said to have answered by another channel. */
  told?: Result;
}

/** A fact with the time in which it was what the record said. */
export interface DatedFact extends CaseFact {
  recordedAt: string;
  /** Absent while it stands. */
  supersededAt?: string;
}

/** What the agency's record says of each item, from submission on. */
export function agencyFacts(state: KnownReferral): CaseFact[] {
  const { receivedAt, content, organisation, referral } = state;
  if (receivedAt === undefined) return [];
  const ofCase = {
    side: 'agency' as const,
    caseId: referral,
    referral,
    organisation,
    platform: content.platform,
    audience: audienceOf(state.marking),
    theme: content.theme,
    instrument: content.instrument,
    ...(content.language === undefined ? {} : { language: content.language }),
    territory: content.territory,
    receivedAt,
  };
  return state.items.map((item, place) => ({ ...ofCase, item: place, ...ofItem(item) }));
}

function ofItem(item: ItemState) {
  const { kind, status, acknowledgedAt, decidedAt, outcome, appeal, findings } = item;
  const finding = findings.findLast((each) => each.finding !== 'told-otherwise')?.finding;
  const told = findings.findLast((each) => each.finding === 'told-otherwise')?.outcome?.result;
  return {
    itemKind: kind,
    status: isOpen(status) ? ('open' as const) : status === 'withdrawn' ? ('withdrawn' as const) : ('decided' as const),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(decidedAt === undefined ? {} : { decidedAt }),
    ...ofOutcome(outcome),
    appeal,
    ...ofClock(item.clock),
    ...(finding === undefined ? {} : { finding }),
    ...(told === undefined ? {} : { told }),
  };
}

export function ofClock(clock: Clock | undefined): Pick<CaseFact, 'dueAt' | 'deadline'> {
  return clock === undefined ? {} : { dueAt: clock.dueAt, deadline: deadlineOf(clock) };
}

/**
 * What became of the deadline by then: one that still ran in the record had been breached from the moment it was due (R19),
 * whenever anybody noted so.
 */
export function deadlineBy(
  { deadline, dueAt }: Pick<CaseFact, 'deadline' | 'dueAt'>,
  measuredAt: string,
): Exclude<Deadline, 'stopped'> | undefined {
  if (deadline === 'running' && dueAt !== undefined && Date.parse(dueAt) <= Date.parse(measuredAt)) return 'breached';
  return deadline === 'stopped' ? 'running' : deadline;
}

export function ofOutcome(
  outcome: Outcome | undefined,
): Pick<CaseFact, 'result' | 'effect' | 'reason' | 'effectiveAt'> {
  if (outcome === undefined) return {};
  const { result, effect, reason, effectiveAt } = outcome;
  return {
    result,
    effect,
    ...(reason === undefined ? {} : { reason }),
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
  };
}
