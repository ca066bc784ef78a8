import {
  bodyOf,
  type DecisionBasis,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type ReleaseContent,
  type ReleaseEvent,
  type ReleaseRule,
} from '#events';
import type { Viewer } from '#access';
import { Refusal } from '../refusal.js';
import { inStead, type Decider } from '../work-list/decider.js';
import { secondOf } from '../permissions/permission.js';
import type { ReleaseDecision } from './outward.js';

/**
 * The rules of a release: proposed by one, approved by as many as the organisation's rule asks for, held and resumed in
 * between, carried out once. Pure; what the policy says about it comes in, decided anew for every step.
 */
type ReleaseHistory = Extract<KnownEvent, { body: ReleaseEvent }>;
type Proposed = Extract<KnownEvent, { body: { type: 'release.proposed' } }>;

export interface Hold {
  by: string;
  until: string;
  reason: string;
}

export type ReleaseState =
  | { status: 'absent' }
  | {
      status: 'proposed' | 'approved' | 'refused' | 'carried-out';
      proposed: Proposed;
      /** Subjects who approved. */
      approvals: string[];
      hold?: Hold;
      /** Who overrode somebody else's hold, until another authoriser has taken note. */
      overriddenBy?: string;
      copy?: string;
      version: number;
    };
export type KnownRelease = Exclude<ReleaseState, { status: 'absent' }>;

interface Act {
  id: string;
  now: Date;
  purpose: string;
}

export type ReleaseCommand = Act &
  (
    | ({ type: 'approve' | 'carry-out'; decision: ReleaseDecision; sameRecipients: boolean } & (
        { type: 'approve'; decider: Decider } | { type: 'carry-out'; by: Viewer; role: string; copy: string }
      ))
    | { type: 'refuse'; decider: Decider; reason: string }
    | { type: 'hold'; by: Viewer; role: string; reason: string; until: string }
    | { type: 'resume'; by: Viewer; role: string; decider?: Decider; reason: string }
    | { type: 'note'; decider: Decider }
  );

/** Longest that somebody can stop a release without a decision. */
export const MAX_HOLD_DAYS = 30;

export function releaseFrom(events: readonly KnownEvent[]): ReleaseState {
  return (events as readonly ReleaseHistory[]).reduce(evolve, { status: 'absent' } as ReleaseState);
}

export function evolve(state: ReleaseState, event: ReleaseHistory): ReleaseState {
  const { body, streamVersion: version, actor } = event;
  if (body.type === 'release.proposed')
    return { status: 'proposed', proposed: event as Proposed, approvals: [], version };
  if (state.status === 'absent') return state;
  switch (body.type) {
    case 'release.approved': {
      const approvals = [...state.approvals, actor.user];
      const done = approvals.length >= approversNeeded(state.proposed.body.data.rule);
      return { ...state, approvals, status: done ? 'approved' : 'proposed', version };
    }
    case 'release.refused':
      return { ...state, status: 'refused', version };
    case 'release.held': {
      const { until, reason } = body.data;
      return { ...state, hold: { by: actor.user, until, reason }, version };
    }
    case 'release.resumed': {
      const { hold: _, ...free } = state;
      return { ...free, ...(body.data.override ? { overriddenBy: actor.user } : {}), version };
    }
    case 'release.override-noted': {
      const { overriddenBy: _, ...noted } = state;
      return { ...noted, version };
    }
    case 'release.carried-out':
      return { ...state, status: 'carried-out', copy: body.data.copy, version };
    case 'release.rule-set':
      return state;
    default:
      return body satisfies never;
  }
}

export function approversNeeded(rule: ReleaseRule): number {
  return rule === 'two-approvers' ? 2 : 1;
}

export interface Propose extends Act {
  release: string;
  by: Viewer;
  role: string;
  content: ReleaseContent;
  rule: ReleaseRule;
  hours: number;
  decision: ReleaseDecision;
  /** Of what it rests on: the story of a release is for those who may know it. */
  compartment: string | null;
}

/** @throws {@link Refusal} `release.barred`: what no consent lifts is not even proposed */
export function propose({
  release,
  by,
  role,
  content,
  rule,
  hours,
  decision,
  compartment,
  ...act
}: Propose): EventDraft {
  refuseBarred(decision);
  const dueAt = new Date(act.now.getTime() + hours * 3_600_000).toISOString();
  const marking: Marking = {
    gsc: content.marking.gsc === 'OFFICIAL' ? 'OFFICIAL' : 'OFFICIAL-SENSITIVE',
    tlp: 'AMBER+STRICT',
    handling: [],
    conditions: [],
    releasableTo: [],
    originator: by.organisation,
    compartment,
  };
  const body = bodyOf('release.proposed', { release, ...content, rule, dueAt, decision: decision.basis });
  return drafted(act, body, { viewer: by, role, basis: [], marking });
}

/** @throws {@link Refusal} */
export function decide(state: KnownRelease, command: ReleaseCommand): EventDraft {
  const { release } = state.proposed.body.data;
  const { marking, id: proposal } = state.proposed;
  const by = (viewer: Viewer, role: string) => ({ viewer, role, basis: [proposal], marking });
  if (command.type !== 'note') refuseEnded(state);
  switch (command.type) {
    case 'approve': {
      const { decider, decision } = command;
      refuseUnfit(state, command);
      refuseApprover(state, decider.viewer.subject);
      const body = bodyOf('release.approved', { release, decision: decision.basis, ...inStead(decider) });
      return drafted(command, body, by(decider.viewer, 'authoriser'));
    }
    case 'refuse': {
      const body = bodyOf('release.refused', { release, reason: command.reason, ...inStead(command.decider) });
      return drafted(command, body, by(command.decider.viewer, 'authoriser'));
    }
    case 'hold': {
      refuseOddHold(state, command.until, command.now);
      const body = bodyOf('release.held', { release, reason: command.reason, until: command.until });
      return drafted(command, body, by(command.by, command.role));
    }
    case 'resume':
      return resume(state, command);
    case 'note': {
      const body = bodyOf('release.override-noted', { release, ...inStead(command.decider) });
      refuseOwnNote(state, command.decider.viewer.subject);
      return drafted(command, body, by(command.decider.viewer, 'authoriser'));
    }
    case 'carry-out': {
      refuseUnready(state, command.now);
      refuseUnfit(state, command);
      if (command.decision.needs.length > 0) throw withoutPermission(command.decision.basis);
      const body = bodyOf('release.carried-out', { release, copy: command.copy, decision: command.decision.basis });
      return drafted(command, body, by(command.by, command.role));
    }
    default:
      return command satisfies never;
  }
}

function resume(state: KnownRelease, command: Extract<ReleaseCommand, { type: 'resume' }>): EventDraft {
  const { release } = state.proposed.body.data;
  const { hold } = state;
  if (hold === undefined) throw new Refusal('RuleRefused', 'release.not-held', 'Nobody holds this release.');
  const override = hold.by !== command.by.subject;
  if (override && command.decider === undefined)
    throw new Refusal(
      'Forbidden',
      'release.held-by-another',
      'Somebody else holds it; only an authoriser overrides that.',
    );
  const stead = override && command.decider !== undefined ? inStead(command.decider) : {};
  const body = bodyOf('release.resumed', { release, override, reason: command.reason, ...stead });
  const { marking, id } = state.proposed;
  return drafted(command, body, {
    viewer: command.by,
    role: override ? 'authoriser' : command.role,
    basis: [id],
    marking,
  });
}

function refuseBarred({ barred }: ReleaseDecision): void {
  if (barred.length > 0)
    throw new Refusal(
      'RuleRefused',
      'release.barred',
      `No consent lifts what stands in the way: ${barred.join(', ')}.`,
    );
}

function refuseUnfit(
  _: KnownRelease,
  { decision, sameRecipients }: { decision: ReleaseDecision; sameRecipients: boolean },
): void {
  if (!sameRecipients)
    throw new Refusal(
      'RuleRefused',
      'release.recipients-changed',
      'A group, an agreement or a marking has changed since it was proposed, and with it who would get what; propose it anew.',
    );
  refuseBarred(decision);
}

function refuseEnded({ status }: KnownRelease): void {
  if (status === 'refused' || status === 'carried-out')
    throw new Refusal('RuleRefused', 'release.ended', `This release has ended: ${status}.`);
}

/** Two pairs of eyes where the organisation wants them: nobody approves what they proposed, or approves twice. */
function refuseApprover({ status, proposed, approvals }: KnownRelease, subject: string): void {
  const { rule } = proposed.body.data;
  if (status === 'approved') throw new Refusal('RuleRefused', 'release.approved', 'It has been approved already.');
  if (rule !== 'one-person' && proposed.actor.user === subject)
    throw new Refusal('Forbidden', 'release.two-persons', 'Whoever proposed a release does not approve it here.');
  if (approvals.includes(subject))
    throw new Refusal('Forbidden', 'release.two-persons', 'You have approved it; another authoriser has to.');
}

function refuseOddHold({ hold }: KnownRelease, until: string, now: Date): void {
  if (hold !== undefined && Date.parse(hold.until) > now.getTime())
    throw new Refusal('RuleRefused', 'release.held', 'It is held already.');
  const days = (Date.parse(until) - now.getTime()) / 86_400_000;
  if (days <= 0 || days > MAX_HOLD_DAYS)
    throw new Refusal('InvalidInput', 'release.hold-until', `A hold ends within ${MAX_HOLD_DAYS} days from now.`, [
      { pointer: '/until', code: 'release.hold-until', detail: `must be within ${MAX_HOLD_DAYS} days from now` },
    ]);
}

function refuseOwnNote({ overriddenBy }: KnownRelease, subject: string): void {
  if (overriddenBy === undefined)
    throw new Refusal('RuleRefused', 'release.not-overridden', 'There is no override to take note of.');
  if (overriddenBy === subject)
    throw new Refusal('Forbidden', 'release.two-persons', 'Another authoriser takes note of an override.');
}

function refuseUnready({ status, hold }: KnownRelease, now: Date): void {
  if (status !== 'approved')
    throw new Refusal('RuleRefused', 'release.not-approved', 'It has not been approved by all who have to.');
  if (hold !== undefined && Date.parse(hold.until) > now.getTime())
    throw new Refusal('RuleRefused', 'release.held', `It is held until ${hold.until}.`);
}

function withoutPermission({ needs }: DecisionBasis): Refusal {
  const whom = needs.map(
    ({ originator, event, action, recipient }) => `${originator} for ${action} of ${event} towards ${recipient}`,
  );
  return new Refusal('RuleRefused', 'release.permission-missing', `Consent is missing: ${whom.join('; ')}.`);
}

function drafted(
  { id, now, purpose }: Act,
  body: EventDraft['body'],
  { viewer, role, basis, marking }: { viewer: Viewer; role: string; basis: string[]; marking: Marking },
): EventDraft {
  return {
    id,
    body,
    time: secondOf(now),
    actor: { organisation: viewer.organisation, user: viewer.subject, role },
    purpose,
    basis,
    statementKind: { kind: 'fact' },
    marking,
  };
}
