import { audienceOf, type RemovalReported, type RemovalRequest } from '#events';
import { unheardRequests } from '../removal/decide.js';
import { evolve } from '../removal/evolve.js';
import { NO_REMOVAL, type KnownRemoval, type RemovalHistory, type RemovalState } from '../removal/state.js';
import {
  abandonClock,
  endClock,
  restartClock,
  resumeClock,
  reviveClock,
  startClock,
  stopClock,
  type Clock,
} from '../referral/clock.js';
import { ofClock, ofOutcome, type CaseFact } from './case-fact.js';

interface Asked {
  request: RemovalRequest;
  acknowledgedAt?: string;
  withdrawn: boolean;
  /** Where the request came with a deadline: as the platform's own acts move it. */
  clock?: Clock;
}

/**
 * What the platform's record says, from its own events: one fact for each request for the item, with what was said to that
 * one, and one for the item itself where the platform acted before anybody asked.
 */
export function platformFacts(events: readonly RemovalHistory[]): CaseFact[] {
  const asked = new Map<string, Asked>();
  let state: RemovalState = NO_REMOVAL;
  let own: RemovalReported | undefined;
  for (const event of events) {
    const { body } = event;
    if (body.type === 'removal.reported') own = body.data;
    if (body.type === 'removal.requested' || body.type === 'removal.joined') {
      const { request } = body.data;
      asked.set(keyOf(request), { request, withdrawn: false, ...clockOf(request) });
    }
    if (state.status !== 'absent') moveClocks(asked, state, event);
    if (body.type === 'removal.acknowledged' && state.status !== 'absent')
      for (const request of unheardRequests(state)) acknowledge(asked.get(keyOf(request)), event.time.at);
    if (body.type === 'removal.request-withdrawn') {
      const one = asked.get(keyOf(body.data));
      if (one !== undefined) one.withdrawn = true;
    }
    // They go on in another removal, whose record tells the rest.
    if (body.type === 'removal.corrected' && body.data.continuedIn !== undefined) asked.clear();
    state = evolve(state, event);
  }
  if (state.status === 'absent') return [];
  const known = state;
  return [
    ...[...asked.values()].map((one) => ofRequest(known, one)),
    // What was pushed by mistake and taken back was no case at all.
    ...(own === undefined || known.status === 'undone' ? [] : [ofOwnInitiative(known, own)]),
  ];
}

function keyOf({ referral, item }: Pick<RemovalRequest, 'referral' | 'item'>): string {
  return `${referral} ${item}`;
}

function acknowledge(one: Asked | undefined, at: string): void {
  if (one !== undefined) one.acknowledgedAt ??= at;
}

function clockOf({ receivedAt, dueAt }: RemovalRequest): Pick<Asked, 'clock'> {
  return dueAt === undefined ? {} : { clock: startClock(receivedAt, Date.parse(dueAt) - Date.parse(receivedAt)) };
}

/** The same acts move the same clocks as in the records of those who asked. */
function moveClocks(
  asked: ReadonlyMap<string, Asked>,
  state: KnownRemoval,
  { body, recordedTime }: RemovalHistory,
): void {
  const move = (who: readonly Pick<RemovalRequest, 'referral' | 'item'>[], how: (clock: Clock) => Clock): void => {
    for (const request of who) {
      const one = asked.get(keyOf(request));
      if (one?.clock !== undefined) one.clock = how(one.clock);
    }
  };
  switch (body.type) {
    case 'removal.acknowledged':
      return move(unheardRequests(state), (clock) => resumeClock(clock, recordedTime));
    case 'removal.information-asked':
      return move(state.requests, (clock) => stopClock(clock, recordedTime, body.data.reason));
    case 'removal.information-given':
      return move(
        state.requests.filter(({ referral }) => referral === body.data.referral),
        (clock) => restartClock(clock, recordedTime),
      );
    case 'removal.request-withdrawn':
      return move([body.data], (clock) => abandonClock(clock, recordedTime));
    case 'removal.decided':
      return move(state.requests, (clock) => endClock(clock, recordedTime));
    case 'removal.corrected':
      return body.data.outcome === undefined ? move(state.requests, reviveClock) : undefined;
    default:
  }
}

function ofRequest(state: KnownRemoval, { request, acknowledgedAt, withdrawn, clock }: Asked): CaseFact {
  const { referral, item, organisation, theme, instrument, language, territory, receivedAt } = request;
  return {
    ...ofCase(state),
    ...{ referral, item, organisation, theme, instrument, territory, receivedAt },
    ...(language === undefined ? {} : { language }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(withdrawn ? { status: 'withdrawn', appeal: 'none' } : decisionOf(state)),
    ...ofClock(clock),
  };
}

function ofOwnInitiative(state: KnownRemoval, { theme, language, outcome }: RemovalReported): CaseFact {
  return {
    ...ofCase(state),
    item: 0,
    ...(theme === undefined ? {} : { theme }),
    ...(language === undefined ? {} : { language }),
    territory: outcome.territory ?? [],
    receivedAt: state.since,
    ...decisionOf(state),
  };
}

function ofCase({ removal, platform, marking, item }: KnownRemoval) {
  return { side: 'platform', caseId: removal, platform, audience: audienceOf(marking), itemKind: item.kind } as const;
}

function decisionOf({ decision }: KnownRemoval): Pick<CaseFact, 'status' | 'appeal' | 'decidedAt' | 'result'> {
  if (decision === undefined) return { status: 'open', appeal: 'none' };
  return { status: 'decided', decidedAt: decision.at, appeal: decision.appeal, ...ofOutcome(decision.outcome) };
}
