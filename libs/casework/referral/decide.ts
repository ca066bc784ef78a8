import { bodyOf, type EventBody, type ReferralEvent, type ReferredItem, Refusal, type Fault } from '#events';
import { refuseAnswer } from './answerable.js';
import { breachOf } from './clock.js';
import type { FindingGiven, ReferralCommand } from './commands.js';
import { periodOf } from './instruments.js';
import { isWithPlatform, type ItemState, type KnownReferral, type ReferralState } from './referral-state.js';

/**
 * The rules of a referral: (state, command) to events, or a refusal with a code. Pure; the time comes in with the command, by
 * the database's clock.
 * @throws {@link Refusal}
 */
export function decide(state: ReferralState, command: ReferralCommand): ReferralEvent[] {
  if (command.type === 'draft') return draft(state, command);
  if (state.status === 'absent') throw new Refusal('NotFound', 'referral.unknown', 'There is no such referral.');
  const { referral, status } = state;
  switch (command.type) {
    case 'revise':
      if (status !== 'drafted')
        throw refused('referral.not-a-draft', 'Only a draft can be revised; withdraw it and refer anew.');
      return [event('referral.revised', { referral, content: command.content })];
    case 'request-check':
      return requestCheck(state, command);
    case 'hold':
      return hold(state, command);
    case 'clear':
      return clear(state, command);
    case 'override':
      return override(state, command);
    case 'submit':
      return submit(state, command);
    case 'answer': {
      const item = itemAt(state, command.item);
      if (state.receivedAt === undefined) throw notSubmitted();
      refuseAnswer(item, command.said);
      const { item: place, said, now } = command;
      return [event('referral.answered', { referral, item: place, location: item.location, at: iso(now), said })];
    }
    case 'give-information':
      return giveInformation(state, command);
    case 'record-finding':
      return recordFinding(state, command);
    case 'withdraw':
      return withdraw(state, command.reason);
    case 'close':
      refuseEnded(state);
      if (!isWithPlatform(status)) throw notSubmitted('withdraw it instead');
      return [event('referral.closed', { referral, reason: command.reason })];
    case 'reopen':
      if (status === 'withdrawn') throw ended(state);
      if (status !== 'closed') throw refused('referral.not-closed', 'Only what was closed can be taken up again.');
      return [event('referral.reopened', { referral, because: command.because, reason: command.reason })];
    case 'breach':
      return breach(state, command);
    default:
      return command satisfies never;
  }
}

type Of<Type extends ReferralCommand['type']> = Extract<ReferralCommand, { type: Type }>;

function draft(state: ReferralState, { referral, content }: Of<'draft'>): ReferralEvent[] {
  if (state.status !== 'absent') throw refused('referral.exists', 'There is a referral under this id.');
  return [event('referral.drafted', { referral, content })];
}

function requestCheck(state: KnownReferral, { until, decision, missing }: Of<'request-check'>): ReferralEvent[] {
  const { referral, status } = state;
  refuseEnded(state);
  if (status !== 'drafted') throw refused('referral.checked-already', 'The check has been asked for already.');
  refuseMissing(missing);
  return [event('referral.check-requested', { referral, until: iso(until), decision })];
}

function hold({ referral, status, window, hold: before }: KnownReferral, command: Of<'hold'>): ReferralEvent[] {
  const { now, until, contact } = command;
  if (status === 'deconfliction-pending') refuseEarly(window?.until, now);
  else if (status !== 'held') throw refused('referral.not-pending', 'No check is open.');
  if (until <= now || (before !== undefined && iso(until) === before.until))
    throw refused('hold.until', 'A hold ends in the future, and another time than before.');
  return [event('referral.held', { referral, until: iso(until), contact })];
}

function clear({ referral, status, window, hold: held }: KnownReferral, { by, now }: Of<'clear'>): ReferralEvent[] {
  if (by === 'window-passed') {
    if (status !== 'deconfliction-pending') throw refused('referral.not-pending', 'No check is open.');
    refuseEarly(window?.until, now);
  } else {
    if (status !== 'held') throw refused('referral.not-held', 'The referral is not held.');
    if (by === 'hold-expired' && now.getTime() < Date.parse(held?.until ?? ''))
      throw refused('referral.hold-open', `The hold lasts until ${held?.until ?? ''}.`);
  }
  return [event('referral.cleared', { referral, by })];
}

/** Nobody learns before the end of the window whether anybody is concerned. */
function refuseEarly(until: string | undefined, now: Date): void {
  if (now.getTime() < Date.parse(until ?? ''))
    throw refused('referral.window-open', `The check lasts until ${until ?? ''}, for every referral.`);
}

function override(state: KnownReferral, { now, reason, missing, decision }: Of<'override'>): ReferralEvent[] {
  const { referral, status, content } = state;
  refuseEnded(state);
  const cleared = event('referral.cleared', { referral, by: 'override', reason });
  if (status === 'deconfliction-pending' || status === 'held') return [cleared];
  if (status !== 'drafted') throw refused('referral.cleared-already', 'There is nothing to override any more.');
  if (content.urgency !== 'threat-to-life')
    throw refused('referral.not-checked', 'Ask for the check first; only a threat to life passes without it.');
  refuseMissing(missing);
  return [event('referral.check-requested', { referral, until: iso(now), decision }), cleared];
}

function submit(state: KnownReferral, { now }: Of<'submit'>): ReferralEvent[] {
  const { referral, status, content } = state;
  refuseEnded(state);
  if (isWithPlatform(status)) throw refused('referral.submitted-already', 'The platform has it already.');
  if (status !== 'cleared')
    throw refused(
      'referral.not-cleared',
      'No referral leaves before its check has ended, or an authoriser overrides it (R18).',
    );
  const { platform, instrument, theme, items } = content;
  const period = periodOf(instrument);
  return [
    event('referral.submitted', {
      referral,
      platform,
      instrument,
      theme,
      receivedAt: iso(now),
      ...(period === undefined ? {} : { dueAt: new Date(now.getTime() + period).toISOString() }),
      items: items.map(submitted),
    }),
  ];
}

function submitted({ kind, location, successorOf }: ReferredItem) {
  return { kind, location, ...(successorOf === undefined ? {} : { successorOf: { location: successorOf.location } }) };
}

function giveInformation(state: KnownReferral, command: Of<'give-information'>): ReferralEvent[] {
  const { item: place, text, evidence, now } = command;
  const item = itemAt(state, place);
  refuseEnded(state);
  if (state.receivedAt === undefined) throw notSubmitted();
  if (item.status !== 'needs-information')
    throw refused('item.nothing-asked', 'The platform has asked nothing of this item.');
  if (item.question?.reason === 'impossibility')
    throw refused(
      'item.nothing-asked',
      'The platform is hindered and has asked nothing; its deadline waits until it can act.',
    );
  refuseFuture(
    evidence.map(({ capturedAt }, at) => [`/evidence/${at}/capturedAt`, capturedAt]),
    now,
  );
  return [event('referral.information-given', { referral: state.referral, item: place, text, evidence, at: iso(now) })];
}

function recordFinding(state: KnownReferral, command: Of<'record-finding'>): ReferralEvent[] {
  const { type: _, item: place, now, ...given } = command;
  const { location } = itemAt(state, place);
  if (state.receivedAt === undefined) throw notSubmitted();
  refuseOddFinding(given);
  refuseFuture(
    [
      ['/at', given.at],
      ...given.evidence.map(({ capturedAt }, at) => [`/evidence/${at}/capturedAt`, capturedAt] as const),
    ],
    now,
  );
  return [event('referral.finding-recorded', { referral: state.referral, item: place, location, ...given })];
}

function refuseOddFinding({ finding, outcome }: FindingGiven): void {
  if ((finding === 'told-otherwise') === (outcome !== undefined)) return;
  throw faulty('The finding cannot be recorded', [
    finding === 'told-otherwise'
      ? {
          pointer: '/outcome',
          code: 'finding.outcome-missing',
          detail: 'says what the platform told you by another way',
        }
      : {
          pointer: '/outcome',
          code: 'finding.outcome-misplaced',
          detail: 'belongs to "told-otherwise": gone is not removed',
        },
  ]);
}

function withdraw(state: KnownReferral, reason: string): ReferralEvent[] {
  const { referral, status, items } = state;
  refuseEnded(state);
  if (status === 'answered') throw refused('referral.answered', 'Every item has its outcome; close it instead.');
  if (items.some((item) => item.status === 'actioned'))
    throw refused('referral.actioned', 'The platform has acted on an item; close it instead.');
  return [event('referral.withdrawn', { referral, reason })];
}

function breach(state: KnownReferral, { item: place, now }: Of<'breach'>): ReferralEvent[] {
  const { clock } = itemAt(state, place);
  if (state.receivedAt === undefined) throw notSubmitted();
  if (clock === undefined) throw refused('clock.none', 'No deadline runs for this item.');
  if (clock.breached) throw refused('clock.told', 'That this deadline passed is in the log.');
  const dueAt = breachOf(clock, iso(now));
  if (dueAt === undefined) throw refused('clock.not-due', 'The deadline has not passed.');
  const { referral, content } = state;
  return [event('deadline.breached', { referral, item: place, instrument: content.instrument, dueAt })];
}

function itemAt({ items }: KnownReferral, place: number): ItemState {
  const item = items[place];
  if (item === undefined) throw new Refusal('NotFound', 'item.unknown', 'The referral has no such item.');
  return item;
}

function refuseEnded(state: KnownReferral): void {
  if (state.status === 'closed' || state.status === 'withdrawn') throw ended(state);
}

function ended({ status }: KnownReferral): Refusal {
  return refused('referral.ended', `The referral is ${status}.`);
}

function notSubmitted(instead?: string): Refusal {
  const rest = instead === undefined ? '.' : `; ${instead}.`;
  return refused('referral.not-submitted', `The referral has not reached the platform${rest}`);
}

function refuseMissing(missing: readonly Fault[]): void {
  if (missing.length > 0) throw faulty('The referral is not complete', missing);
}

function refuseFuture(times: readonly (readonly [pointer: string, time: string])[], now: Date): void {
  const faults = times
    .filter(([, time]) => !(Date.parse(time) <= now.getTime()))
    .map(([pointer]) => ({ pointer, code: 'time.in-future', detail: 'must be a time that has passed' }));
  if (faults.length > 0) throw faulty('A time cannot be taken', faults);
}

function faulty(what: string, faults: readonly Fault[]): Refusal {
  const [first] = faults;
  return new Refusal('InvalidInput', first?.code ?? '', `${what}: ${first?.detail ?? ''}`, faults);
}

function refused(code: string, words: string): Refusal {
  return new Refusal('RuleRefused', code, words);
}

function iso(time: Date): string {
  return time.toISOString();
}

function event<Type extends ReferralEvent['type']>(
  type: Type,
  data: Extract<ReferralEvent, { type: Type }>['data'],
): ReferralEvent {
  const body: EventBody = bodyOf(type, data as never);
  return body as ReferralEvent;
}
