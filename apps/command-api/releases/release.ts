import {
  actDraft,
  bodyOf,
  ownMarking,
  type EventDraft,
  type Marking,
  type ReleaseContent,
  type ReleaseRule,
  Refusal,
} from '#events';
import { actorOf, type Viewer } from '#access';
import { inStead, type Decider } from '../work-list/decider.js';
import type { ReleaseDecision } from './outward.js';
import {
  refuseBarred,
  refuseUnfit,
  refuseEnded,
  refuseApprover,
  refuseOddHold,
  refuseOwnNote,
  refuseUnready,
  withoutPermission,
} from './release-refusals.js';
import type { KnownRelease } from './release-state.js';

/**
 * The rules of a release: proposed by one, approved by as many as the organisation's rule asks for, held and resumed in
 * between, carried out once. Pure; what the policy says about it comes in, decided anew for every step.
 */

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
  const gsc = content.marking.gsc === 'OFFICIAL' ? 'OFFICIAL' : 'OFFICIAL-SENSITIVE';
  const marking = ownMarking(by.organisation, { gsc, tlp: 'AMBER+STRICT', compartment });
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

function drafted(
  { id, now, purpose }: Act,
  body: EventDraft['body'],
  { viewer, role, basis, marking }: { viewer: Viewer; role: string; basis: string[]; marking: Marking },
): EventDraft {
  return actDraft({ id, now, purpose, actor: actorOf(viewer, role) }, body, marking, basis);
}
