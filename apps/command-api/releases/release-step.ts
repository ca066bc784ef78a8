import type { AuditEntry, Viewer } from '#access';
import type { EventDraft } from '#events';
import { DECIDING_ROLES, deciding } from '../work-list/decider.js';
import type { WorkChange } from '../work-list/work-items.js';
import type { ReleaseCommand } from './release.js';
import { approversNeeded, type KnownRelease } from './release-state.js';
import type { Weighed } from './weigh.js';

/** What surrounds a step of a release: the command that the caller's words mean, and what it does to work list and audit. */
export type StepGiven = { purpose: string } & (
  | { type: 'approve' | 'note' | 'carry-out' }
  | { type: 'refuse' | 'resume'; reason: string }
  | { type: 'hold'; reason: string; until: string }
);

/** All that a step rests on, and whether it still is what was proposed. */
export type Weighing = Weighed & { sameRecipients: boolean };

export function roleOf(viewer: Viewer): string {
  return DECIDING_ROLES.find((role) => viewer.roles.includes(role)) ?? 'analyst';
}

export function commandOf(
  given: StepGiven,
  act: { id: string; now: Date; purpose: string },
  who: { viewer: Viewer; role: string; delegators: readonly string[]; copy: string; weighed?: Weighing },
): ReleaseCommand {
  const { viewer, role, delegators, copy, weighed } = who;
  const judged = {
    decision: weighed?.decision as Weighing['decision'],
    sameRecipients: weighed?.sameRecipients === true,
  };
  switch (given.type) {
    case 'approve':
      return { ...act, ...judged, type: 'approve', decider: deciding(viewer, delegators) };
    case 'carry-out':
      return { ...act, ...judged, type: 'carry-out', by: viewer, role, copy };
    case 'refuse':
      return { ...act, type: 'refuse', decider: deciding(viewer, delegators), reason: given.reason };
    case 'note':
      return { ...act, type: 'note', decider: deciding(viewer, delegators) };
    case 'hold':
      return { ...act, type: 'hold', by: viewer, role, reason: given.reason, until: given.until };
    case 'resume': {
      const mayOverride = viewer.roles.includes('authoriser') || delegators.length > 0;
      const decider = mayOverride ? { decider: deciding(viewer, delegators) } : {};
      return { ...act, ...decider, type: 'resume', by: viewer, role, reason: given.reason };
    }
  }
}

export function stateAfter(state: KnownRelease, { body, actor }: EventDraft): string {
  switch (body.type) {
    case 'release.approved': {
      const approvals = new Set([...state.approvals, actor.user]).size;
      return approvals >= approversNeeded(state.proposed.body.data.rule) ? 'approved' : 'proposed';
    }
    case 'release.refused':
      return 'refused';
    case 'release.carried-out':
      return 'carried-out';
    case 'release.held':
      return 'held';
    default:
      return state.status;
  }
}

export function workOf(
  draft: EventDraft,
  state: KnownRelease,
  next: string,
  reviewHours: number,
  now: Date,
): WorkChange {
  const { release: about } = state.proposed.body.data;
  const { organisation, user } = draft.actor;
  const close = (...kinds: NonNullable<WorkChange['close']>['kinds']): WorkChange => ({ close: { about, kinds } });
  switch (draft.body.type) {
    case 'release.approved':
      return next === 'approved' ? close('release') : {};
    case 'release.refused':
    case 'release.carried-out':
      return close('release', 'hold');
    case 'release.held': {
      const { until } = draft.body.data as { until: string };
      return { open: { kind: 'hold', about, organisation, dueAt: until } };
    }
    case 'release.resumed': {
      const { override } = draft.body.data as { override: boolean };
      const dueAt = new Date(now.getTime() + reviewHours * 3_600_000).toISOString();
      const open = { kind: 'override', about, organisation, dueAt, notFor: [user] } as const;
      return override ? { ...close('hold'), open } : close('hold');
    }
    case 'release.override-noted':
      return close('override');
    default:
      return {};
  }
}

export function audited(
  viewer: Viewer,
  release: string,
  draft: EventDraft,
  { type, purpose }: StepGiven,
  weighed: Weighing | undefined,
  copy: string,
): AuditEntry {
  if (type !== 'carry-out' || weighed === undefined)
    return { act: 'alteration', viewer, purpose, ids: [release, draft.id], reason: `release.${type}` };
  const { content, item } = weighed;
  return {
    act: 'disclosure',
    viewer,
    purpose,
    ids: [release, draft.id, item.event, copy],
    recipients: content.recipients.map(({ organisation }) => organisation),
    reason: 'release.carry-out',
  };
}
