import type { KnownEvent, PlatformAnswer, ReferralAnswered, ReferralEvent } from '#events';
import {
  abandonClock,
  endClock,
  restartClock,
  resumeClock,
  reviveClock,
  startClock,
  stopClock,
  told,
} from './clock.js';
import {
  NO_REFERRAL,
  isOpen,
  type ItemState,
  type KnownReferral,
  type ReferralHistory,
  type ReferralState,
  type ReferralStatus,
} from './referral-state.js';

/** The state that a stream stands for. */
export function referralFrom(events: readonly KnownEvent[]): ReferralState {
  return (events as readonly ReferralHistory[]).reduce(evolve, NO_REFERRAL);
}

export function evolve(state: ReferralState, event: ReferralHistory): ReferralState {
  const { body, id: newest, streamVersion: version } = event;
  if (body.type === 'referral.drafted') return drafted(event);
  if (state.status === 'absent') return state;
  return { ...applied(state, body, event), newest, version };
}

function drafted(event: ReferralHistory): KnownReferral {
  const { referral, content } = event.body.data as { referral: string; content: KnownReferral['content'] };
  const { source: organisation, marking, basis, id: newest, streamVersion: version, recordedTime: draftedAt } = event;
  return {
    status: 'drafted',
    referral,
    organisation,
    marking,
    ...(event.grading === undefined ? {} : { grading: event.grading }),
    basis,
    content,
    items: itemsOf(content),
    reopened: false,
    draftedAt,
    newest,
    version,
  };
}

function itemsOf({ items }: KnownReferral['content']): ItemState[] {
  return items.map(({ kind, location }) => ({ kind, location, status: 'not-submitted', appeal: 'none', findings: [] }));
}

function applied(state: KnownReferral, body: ReferralEvent, event: ReferralHistory): KnownReferral {
  switch (body.type) {
    case 'referral.drafted':
      return state;
    case 'referral.revised': {
      const { grading: _, ...rest } = state;
      const { content } = body.data;
      const graded = event.grading === undefined ? {} : { grading: event.grading };
      return { ...rest, ...graded, basis: event.basis, content, items: itemsOf(content) };
    }
    case 'referral.check-requested': {
      const { until, decision } = body.data;
      return { ...state, status: 'deconfliction-pending', window: { until, decision } };
    }
    case 'referral.held': {
      const { until, contact } = body.data;
      return { ...state, status: 'held', hold: { until, contact } };
    }
    case 'referral.cleared':
      return { ...state, status: 'cleared', clearedBy: body.data.by };
    case 'referral.submitted': {
      const { receivedAt, dueAt } = body.data;
      const started =
        dueAt === undefined ? {} : { clock: startClock(receivedAt, Date.parse(dueAt) - Date.parse(receivedAt)) };
      return {
        ...state,
        status: 'submitted',
        receivedAt,
        items: state.items.map((item) => ({ ...item, ...started, status: 'submitted' as const })),
      };
    }
    case 'referral.answered':
      return followed(withItem(state, body.data.item, (item) => answered(item, body.data)));
    case 'referral.information-given':
      return followed(withItem(state, body.data.item, (item) => informed(item, body.data.at)));
    case 'referral.finding-recorded': {
      const { item: place, finding, at, vantage, outcome } = body.data;
      const found = { finding, at, vantage, ...(outcome === undefined ? {} : { outcome }) };
      return withItem(state, place, (item) => ({ ...item, findings: [...item.findings, found] }));
    }
    case 'referral.withdrawn':
      return { ...state, status: 'withdrawn', items: state.items.map((item) => withdrawn(item, event.recordedTime)) };
    case 'referral.closed':
      return { ...state, status: 'closed', items: state.items.map((item) => unwatched(item, event.recordedTime)) };
    case 'referral.reopened':
      return { ...state, reopened: true, status: statusOf(state.items) };
    case 'deadline.breached':
      return withItem(state, body.data.item, (item) =>
        item.clock === undefined ? item : { ...item, clock: told(item.clock) },
      );
    default:
      return body satisfies never;
  }
}

function withItem(state: KnownReferral, place: number, change: (item: ItemState) => ItemState): KnownReferral {
  return { ...state, items: state.items.map((item, at) => (at === place ? change(item) : item)) };
}

/** A closed or withdrawn referral stays so, whatever else the platform says. */
function followed(state: KnownReferral): KnownReferral {
  return hasEnded(state) ? state : { ...state, status: statusOf(state.items) };
}

function hasEnded({ status }: KnownReferral): boolean {
  return status === 'closed' || status === 'withdrawn';
}

/** Where a submitted referral stands, from its items. */
function statusOf(items: readonly ItemState[]): ReferralStatus {
  const open = items.filter(({ status }) => isOpen(status));
  if (open.length === 0) return 'answered';
  if (open.some(({ status }) => status === 'needs-information')) return 'needs-information';
  return open.every(({ status }) => status === 'acknowledged') ? 'acknowledged' : 'submitted';
}

function withdrawn(given: ItemState, at: string): ItemState {
  const item = unwatched(given, at);
  if (!isOpen(item.status) && item.status !== 'not-submitted') return item;
  const { question: _, ...rest } = item;
  return { ...rest, status: 'withdrawn' };
}

function unwatched(item: ItemState, at: string): ItemState {
  return item.clock === undefined ? item : { ...item, clock: abandonClock(item.clock, at) };
}

function informed(item: ItemState, at: string): ItemState {
  const { question: _, ...rest } = item;
  return {
    ...rest,
    status: item.acknowledgedAt === undefined ? 'submitted' : 'acknowledged',
    ...(item.clock === undefined ? {} : { clock: restartClock(item.clock, at) }),
  };
}

function answered(item: ItemState, { said, at }: ReferralAnswered): ItemState {
  const clocked = (move: (clock: NonNullable<ItemState['clock']>) => NonNullable<ItemState['clock']>) =>
    item.clock === undefined ? {} : { clock: move(item.clock) };
  const { question: _, ...free } = item;
  switch (said.answer) {
    case 'acknowledged':
      return {
        ...free,
        status: 'acknowledged',
        acknowledgedAt: item.acknowledgedAt ?? at,
        ...clocked((clock) => resumeClock(clock, at)),
      };
    case 'asked': {
      const { reason, question } = said;
      return {
        ...item,
        status: 'needs-information',
        question: { reason, question, at },
        ...clocked((clock) => stopClock(clock, at, reason)),
      };
    }
    case 'decided':
      return {
        ...free,
        status: said.outcome.result,
        outcome: said.outcome,
        decidedAt: at,
        ...clocked((clock) => endClock(clock, at)),
      };
    case 'corrected':
      return corrected(item, said, at);
    case 'appeal-opened':
      return { ...item, appeal: 'open' };
    case 'appeal-decided':
      return said.result === 'upheld' || item.outcome === undefined
        ? { ...item, appeal: said.result }
        : // The effect is taken back; what was said stays on record as the result.
          { ...item, appeal: 'overturned', outcome: { ...item.outcome, effect: 'none' } };
    default:
      return said satisfies never;
  }
}

function corrected(item: ItemState, { outcome }: Extract<PlatformAnswer, { answer: 'corrected' }>, at: string) {
  if (outcome !== undefined)
    return { ...item, status: outcome.result, outcome, decidedAt: at, appeal: 'none' as const };
  const { outcome: _, decidedAt: __, clock, ...rest } = item;
  return {
    ...rest,
    appeal: 'none' as const,
    status: item.acknowledgedAt === undefined ? ('submitted' as const) : ('acknowledged' as const),
    ...(clock === undefined ? {} : { clock: reviveClock(clock) }),
  };
}
