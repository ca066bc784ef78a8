import { actorOf, GSC, type ActDecision, type Ancestor, type Viewer } from '#access';
import {
  actDraft,
  audienceOf,
  bodyOf,
  ownMarking,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type OutwardAction,
  type PermissionEvent,
  Refusal,
  refusedFor,
} from '#events';
import { inStead, type Decider } from '../work-list/decider.js';

/**
 * The rules of asking an originator and of the answer. Pure; time, ids and what the log knows come in. An answer holds for one
 * recipient, one kind of act and the markings of that day. Whoever answers for others' intelligence behind their own needs
 * those others' consent first, so that asking goes back to the source step by step.
 */
type PermissionHistory = Extract<KnownEvent, { body: PermissionEvent }>;
type Requested = Extract<KnownEvent, { body: { type: 'permission.requested' } }>;

export type PermissionState =
  | { status: 'absent' }
  | {
      status: 'requested' | 'granted' | 'refused' | 'revoked';
      requested: Requested;
      until?: string;
      heldUntil?: string;
      version: number;
    };

export interface Act {
  id: string;
  now: Date;
  purpose: string;
}

export interface Ask extends Act {
  type: 'ask';
  permission: string;
  by: Viewer;
  role: string;
  given: { of: readonly string[]; action: OutwardAction; recipient: string; terms: string; dueAt?: string };
  /** Of the events asked for, without what they rest on. */
  items: readonly Ancestor[];
  unknown: readonly string[];
  recipientIsKnown: boolean;
  /** Time limit where the caller names none. */
  hours: number;
}

export interface Grant extends Act {
  type: 'grant';
  decider: Decider;
  given: { terms?: string; until?: string };
  items: readonly Ancestor[];
  /** Whether the originator itself may do it: what its own word rests on may be others'. */
  ownDecision: ActDecision;
}

export interface End extends Act {
  type: 'refuse' | 'revoke' | 'resume';
  decider: Decider;
  reason: string;
}

export interface Hold extends Act {
  type: 'hold';
  decider: Decider;
  reason: string;
  until: string;
}

/** Longest that a hold lasts: whoever wants it for longer revokes. */
export const MAX_PERMISSION_HOLD_DAYS = 30;

export function permissionFrom(events: readonly KnownEvent[]): PermissionState {
  return (events as readonly PermissionHistory[]).reduce(evolve, { status: 'absent' } as PermissionState);
}

export function evolve(state: PermissionState, event: PermissionHistory): PermissionState {
  const { body, streamVersion: version } = event;
  if (body.type === 'permission.requested') return { status: 'requested', requested: event as Requested, version };
  if (state.status === 'absent') return state;
  const { requested } = state;
  switch (body.type) {
    case 'permission.granted': {
      const { until } = body.data;
      return { status: 'granted', requested, version, ...(until === undefined ? {} : { until }) };
    }
    case 'permission.held':
      return { ...state, heldUntil: body.data.until, version };
    case 'permission.resumed': {
      const { heldUntil: _, ...free } = state;
      return { ...free, version };
    }
    case 'permission.refused':
      return { status: 'refused', requested, version };
    case 'permission.revoked':
      return { status: 'revoked', requested, version };
    default:
      return body satisfies never;
  }
}

/** @throws {@link Refusal} */
export function decide(state: PermissionState, command: Ask | Grant | Hold | End): EventDraft {
  if (command.type === 'ask') return ask(command);
  if (state.status === 'absent') throw new Refusal('NotFound', 'permission.unknown', 'There is no such request.');
  const { originator, permission } = state.requested.body.data;
  const { viewer } = command.decider;
  if (viewer.organisation !== originator)
    throw new Refusal('Forbidden', 'permission.not-yours', 'Only the originator answers.');
  switch (command.type) {
    case 'grant':
      return grant(state, command);
    case 'refuse':
      if (state.status !== 'requested') throw answered(state.status);
      return draft(state, command, bodyOf('permission.refused', ended(permission, command)));
    case 'hold': {
      refuseOddHold(state, command);
      const { until } = command;
      return draft(state, command, bodyOf('permission.held', { ...ended(permission, command), until }));
    }
    case 'resume':
      if (state.heldUntil === undefined)
        throw new Refusal('RuleRefused', 'permission.not-held', 'Nobody has stopped this permission.');
      return draft(state, command, bodyOf('permission.resumed', ended(permission, command)));
    case 'revoke':
      if (state.status !== 'granted')
        throw new Refusal('RuleRefused', 'permission.not-granted', 'Only what was granted can be revoked.');
      return draft(state, command, bodyOf('permission.revoked', ended(permission, command)));
    default:
      return command satisfies never;
  }
}

function ended(permission: string, { reason, decider }: End | Hold) {
  return { permission, reason, ...inStead(decider) };
}

function refuseOddHold({ status }: Open, { until, now }: Hold): void {
  if (status !== 'granted')
    throw new Refusal('RuleRefused', 'permission.not-granted', 'Only what was granted can be stopped.');
  const days = (Date.parse(until) - now.getTime()) / 86_400_000;
  if (days <= 0 || days > MAX_PERMISSION_HOLD_DAYS)
    throw refusedFor('The permission cannot be stopped', [
      {
        pointer: '/until',
        code: 'permission.hold-until',
        detail: `must be within ${MAX_PERMISSION_HOLD_DAYS} days from now`,
      },
    ]);
}

function answered(status: string): Refusal {
  return new Refusal('RuleRefused', 'permission.answered', `This request has been answered already: ${status}.`);
}

function ask(command: Ask): EventDraft {
  const { given, by, items, now, permission } = command;
  refuseFaultyAsk(command);
  const [
    {
      marking: { originator },
    },
  ] = items as [Ancestor];
  const dueAt = given.dueAt ?? new Date(now.getTime() + command.hours * 3_600_000).toISOString();
  const { action, recipient, terms } = given;
  const of = [...new Set(items.map(({ event }) => event))];
  return actDraft(
    { ...command, actor: actorOf(by, command.role) },
    bodyOf('permission.requested', { permission, of, originator, action, recipient, terms, dueAt }),
    markingBetween(by.organisation, originator, items),
  );
}

function refuseFaultyAsk({ given, items, unknown, recipientIsKnown, now }: Ask): void {
  const faults = given.of.flatMap((id, place) =>
    unknown.includes(id)
      ? [{ pointer: `/of/${place}`, code: 'permission.unknown-event', detail: 'is no event that you may see' }]
      : [],
  );
  if (faults.length === 0 && new Set(items.map(({ marking }) => marking.originator)).size > 1)
    faults.push({
      pointer: '/of',
      code: 'permission.several-originators',
      detail: 'are of several originators; ask each of them',
    });
  if (!recipientIsKnown)
    faults.push({ pointer: '/recipient', code: 'recipient.unknown', detail: 'is no organisation here' });
  if (given.dueAt !== undefined && Date.parse(given.dueAt) <= now.getTime())
    faults.push({ pointer: '/dueAt', code: 'permission.due-in-the-past', detail: 'must be in the future' });
  const [first, ...others] = faults;
  if (first !== undefined) throw refusedFor('The permission cannot be asked for', [first, ...others]);
}

type Open = Exclude<PermissionState, { status: 'absent' }>;

function grant(state: Open, command: Grant): EventDraft {
  const { requested } = state;
  const { permission, of, terms } = requested.body.data;
  if (state.status !== 'requested') throw answered(state.status);
  const { until } = command.given;
  if (until !== undefined && Date.parse(until) <= command.now.getTime())
    throw refusedFor('The permission cannot be granted', [
      { pointer: '/until', code: 'permission.until-in-the-past', detail: 'must be in the future' },
    ]);
  if (!command.ownDecision.allowed)
    throw new Refusal(
      'RuleRefused',
      'permission.needs-others',
      `What you answer for rests on what you may not let out either: ${command.ownDecision.reasons.join(', ')}. Ask first yourself.`,
    );
  const markings = new Map(command.items.map(({ event, marking }) => [event, marking]));
  const under = of.map((event) => audienceOf(markings.get(event) as Marking));
  return draft(
    state,
    command,
    bodyOf('permission.granted', {
      permission,
      terms: command.given.terms ?? terms,
      under,
      ...(until === undefined ? {} : { until }),
      ...inStead(command.decider),
    }),
  );
}

function draft({ requested }: Open, command: Grant | Hold | End, body: EventDraft['body']): EventDraft {
  const { viewer } = command.decider;
  const { organisation } = viewer;
  const releasableTo = [requested.source].filter((asked) => asked !== organisation);
  const marking = { ...requested.marking, originator: organisation, releasableTo };
  return actDraft({ ...command, actor: actorOf(viewer, 'authoriser') }, body, marking, [requested.id]);
}

/** Between the two who talk about it, and within the compartments of what they talk about. */
function markingBetween(asks: string, originator: string, items: readonly Ancestor[]): Marking {
  const circles = new Set(items.flatMap(({ marking }) => marking.compartment?.split('+') ?? []));
  return ownMarking(asks, {
    gsc: items.some(({ marking }) => marking.gsc !== GSC[0]) ? 'OFFICIAL-SENSITIVE' : 'OFFICIAL',
    releasableTo: originator === asks ? [] : [originator],
    compartment: circles.size === 0 ? null : [...circles].sort().join('+'),
  });
}
