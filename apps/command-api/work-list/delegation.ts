import { actDraft, bodyOf, ownMarking, type EventDraft, type KnownEvent, Refusal, refusedFor } from '#events';
import { actorOf, type Viewer } from '#access';

/**
 * An authoriser puts their decisions into a colleague's hands until a date, and can take them back. The colleague decides as
 * themselves, in the authoriser's stead: every event names both, and two-person rules count the person who acts.
 */
export type DelegationState =
  { status: 'absent' } | { status: 'given' | 'recalled'; from: string; delegated: KnownEvent; version: number };

/** Longest delegation; a longer absence is a matter for the administrator, who can admit another authoriser. */
export const MAX_DELEGATION_DAYS = 90;

interface Act {
  id: string;
  now: Date;
  purpose: string;
  by: Viewer;
}

export function delegationFrom(events: readonly KnownEvent[]): DelegationState {
  return events.reduce<DelegationState>(
    (state, event) => {
      const { body, streamVersion: version } = event;
      if (body.type === 'duty.delegated') return { status: 'given', from: body.data.from, delegated: event, version };
      return body.type === 'duty.recalled' && state.status !== 'absent'
        ? { ...state, status: 'recalled', version }
        : state;
    },
    { status: 'absent' },
  );
}

export interface Delegate extends Act {
  delegation: string;
  to: string;
  until: string;
  /** Roles of the colleague, or undefined where the organisation has none of that name. */
  rolesOfColleague: readonly string[] | undefined;
}

/** @throws {@link Refusal} */
export function delegate({ delegation, to, until, rolesOfColleague, ...act }: Delegate): EventDraft {
  const days = (Date.parse(until) - act.now.getTime()) / 86_400_000;
  const faults = [
    ...(rolesOfColleague === undefined || to === act.by.subject
      ? [{ pointer: '/to', code: 'delegation.no-colleague', detail: 'is no other member of your organisation' }]
      : []),
    ...(days <= 0 || days > MAX_DELEGATION_DAYS
      ? [{ pointer: '/until', code: 'delegation.until', detail: `must be within ${MAX_DELEGATION_DAYS} days from now` }]
      : []),
  ];
  if (rolesOfColleague !== undefined && !rolesOfColleague.some((role) => MAY_STAND_IN.includes(role)))
    faults.push({ pointer: '/to', code: 'delegation.role', detail: `must be one of ${MAY_STAND_IN.join(', ')}` });
  const [first, ...others] = faults;
  if (first !== undefined) throw refusedFor('The duty cannot be delegated', [first, ...others]);
  const { organisation, subject: from } = act.by;
  return drafted(act, bodyOf('duty.delegated', { delegation, organisation, from, to, until }));
}

const MAY_STAND_IN: readonly string[] = ['authoriser', 'analyst', 'referrer'];

/** @throws {@link Refusal} */
export function recall(state: DelegationState, { reason, ...act }: Act & { reason: string }): EventDraft {
  if (state.status === 'absent' || state.delegated.source !== act.by.organisation || state.from !== act.by.subject)
    throw new Refusal('NotFound', 'delegation.unknown', 'There is no such delegation of yours.');
  if (state.status === 'recalled')
    throw new Refusal('RuleRefused', 'delegation.recalled', 'It has been recalled already.');
  const { delegation } = state.delegated.body.data as { delegation: string };
  return drafted(act, bodyOf('duty.recalled', { delegation, reason }), [state.delegated.id]);
}

function drafted({ id, now, purpose, by }: Act, body: EventDraft['body'], basis: string[] = []): EventDraft {
  return actDraft({ id, now, purpose, actor: actorOf(by, 'authoriser') }, body, ownMarking(by.organisation), basis);
}
