import {
  bodyOf,
  type DeconflictionEvent,
  type EntityRef,
  type KnownEvent,
  type Marking,
  Refusal,
  type Fault,
} from '#events';

/**
 * An organisation's interest in identifiers (R18): it is asked before others act on them. Pure. A covert one is never asked in
 * a way that anybody could notice; its owner is only told.
 */
export interface KnownInterest {
  status: 'open' | 'ended';
  interest: string;
  organisation: string;
  marking: Marking;
  entities: readonly EntityRef[];
  covert: boolean;
  contact: string;
  until: string;
  declaredAt: string;
  endedAt?: string;
  newest: string;
  version: number;
}

export type InterestState = { status: 'absent'; version: 0 } | KnownInterest;

type History = Extract<KnownEvent, { body: DeconflictionEvent }>;

export function interestStream(interest: string): string {
  return `interest-${interest}`;
}

export function interestFrom(events: readonly KnownEvent[]): InterestState {
  return (events as readonly History[]).reduce(evolve, { status: 'absent', version: 0 } as InterestState);
}

function evolve(state: InterestState, event: History): InterestState {
  const { body, id: newest, streamVersion: version } = event;
  if (body.type === 'interest.declared') {
    const { source: organisation, marking, recordedTime: declaredAt } = event;
    return { status: 'open', ...body.data, organisation, marking, declaredAt, newest, version };
  }
  if (state.status === 'absent') return state;
  if (body.type === 'interest.ended')
    return { ...state, status: 'ended', endedAt: event.recordedTime, newest, version };
  return { ...state, newest, version };
}

/** What one owner is asked about one referral of somebody else. */
export interface HoldAsked {
  check: string;
  /** When the hold ends if nobody says otherwise; undefined for a check that holds nothing. */
  until?: string;
  /** When the check was made. */
  at: string;
  answer?: 'no-objection' | 'keep';
  /** It is over: released, run out, overridden, or withdrawn. */
  ended: boolean;
}

export type InterestCommand =
  | {
      type: 'declare';
      now: Date;
      interest: string;
      entities: EntityRef[];
      covert: boolean;
      contact: string;
      until: string;
    }
  | { type: 'end'; now: Date; reason: string }
  | { type: 'answer-hold'; now: Date; hold: HoldAsked; answer: 'no-objection'; reason: string }
  | { type: 'answer-hold'; now: Date; hold: HoldAsked; answer: 'keep'; reason: string; until: string };

/** Longest interest, in days: after a year somebody has to say again that it still is one. */
export const MAX_INTEREST_DAYS = 366;
/** Longest that an owner keeps a referral back, in days from the check: then it is a matter for the two organisations' heads. */
export const MAX_KEPT_DAYS = 14;

const DAY_MS = 86_400_000;

/** @throws {@link Refusal} */
export function decideInterest(state: InterestState, command: InterestCommand): DeconflictionEvent {
  if (command.type === 'declare') {
    const { type: _, now, ...declared } = command;
    refuseUntil(declared.until, now, now.getTime() + MAX_INTEREST_DAYS * DAY_MS, MAX_INTEREST_DAYS);
    return bodyOf('interest.declared', declared) as DeconflictionEvent;
  }
  if (state.status === 'absent') throw new Refusal('NotFound', 'interest.unknown', 'There is no such interest.');
  const { interest } = state;
  if (command.type === 'end') {
    if (state.status === 'ended') throw refused('interest.ended', 'It has been ended already.');
    return bodyOf('interest.ended', { interest, reason: command.reason }) as DeconflictionEvent;
  }
  const { hold, answer, reason, now } = command;
  if (hold.until === undefined)
    throw refused('hold.none', 'This check holds nothing back: there is nothing to answer.');
  if (hold.ended) throw refused('hold.ended', 'The hold is over.');
  if (hold.answer === 'no-objection') throw refused('hold.released', 'It has been released already.');
  if (answer === 'no-objection')
    return bodyOf('interest.hold-answered', { interest, check: hold.check, answer, reason }) as DeconflictionEvent;
  const { until } = command;
  if (Date.parse(until) <= Date.parse(hold.until))
    throw refusedUntil(`must be after ${hold.until}, when it ends anyway; release it to let it go before`);
  refuseUntil(until, now, Date.parse(hold.at) + MAX_KEPT_DAYS * DAY_MS, MAX_KEPT_DAYS);
  return bodyOf('interest.hold-answered', { interest, check: hold.check, answer, reason, until }) as DeconflictionEvent;
}

function refuseUntil(until: string, now: Date, latest: number, days: number): void {
  const time = Date.parse(until);
  if (time > now.getTime() && time <= latest) return;
  throw refusedUntil(`must be in the future, and at most ${days} days from the beginning`);
}

function refusedUntil(detail: string): Refusal {
  const faults: Fault[] = [{ pointer: '/until', code: 'interest.until', detail }];
  return new Refusal('InvalidInput', 'interest.until', 'The end cannot be taken.', faults);
}

function refused(code: string, words: string): Refusal {
  return new Refusal('RuleRefused', code, words);
}
