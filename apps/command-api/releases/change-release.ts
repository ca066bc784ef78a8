import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type AuditEntry, type Viewer } from '#access';
import type { EventLog, LogReads, StreamWrite } from '#event-log';
import type { EventDraft } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { DecisionSettings } from '../work-list/decision-settings.js';
import { DECIDING_ROLES, deciding, delegatorsOf } from '../work-list/decider.js';
import { writeWork, type WorkChange } from '../work-list/work-items.js';
import { copyDraft } from './copy.js';
import { keepCopyBasis } from './copy-basis.js';
import { decide, propose, type KnownRelease, type ReleaseCommand } from './release.js';
import { weighSettled } from './settled.js';
import { streamOf, visibleRelease } from './visible-release.js';
import { circlesOf, ruleOf, weigh, weighAgain, type ReleaseGiven, type Weighed } from './weigh.js';

export type StepGiven = { purpose: string } & (
  | { type: 'approve' | 'note' | 'carry-out' }
  | { type: 'refuse' | 'resume'; reason: string }
  | { type: 'hold'; reason: string; until: string }
);

export class ProposeRelease extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: ReleaseGiven & { purpose: string },
  ) {
    super();
  }
}

export class StepRelease extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly release: string,
    readonly given: StepGiven,
  ) {
    super();
  }
}

export function roleOf(viewer: Viewer): string {
  return DECIDING_ROLES.find((role) => viewer.roles.includes(role)) ?? 'analyst';
}

@CommandHandler(ProposeRelease)
export class ProposeReleaseHandler implements ICommandHandler<ProposeRelease> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly settings: DecisionSettings,
  ) {}

  execute({ viewer, call, given }: ProposeRelease): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      const now = new Date();
      const [weighed, rule] = await Promise.all([weigh(read, viewer, given, now), ruleOf(read, viewer.organisation)]);
      const release = newId();
      const draft = propose({
        id: newId(),
        release,
        now,
        purpose: given.purpose,
        by: viewer,
        role: roleOf(viewer),
        content: weighed.content,
        rule,
        hours: this.settings.releaseHours,
        decision: weighed.decision,
        compartment: circlesOf(weighed.ancestry),
      });
      const { dueAt } = draft.body.data as { dueAt: string };
      const notFor = rule === 'one-person' ? [] : [viewer.subject];
      const stream = { stream: streamOf(release), expectedVersion: 0, source: viewer.organisation, events: [draft] };
      return {
        append: [stream],
        // Ids only: answers are kept for repeats, and what would be handed over is not to be kept twice.
        answer: () => ({
          status: 201,
          body: { release, state: 'proposed', rule, dueAt, needs: weighed.decision.needs },
        }),
        audit: [
          {
            act: 'alteration',
            viewer,
            purpose: given.purpose,
            ids: [release, weighed.item.event, draft.id],
            reason: 'release.propose',
          },
        ],
        alsoWrite: (write) =>
          writeWork(write, draft, {
            open: { kind: 'release', about: release, organisation: viewer.organisation, dueAt, notFor },
          }),
      };
    });
  }
}

@CommandHandler(StepRelease)
export class StepReleaseHandler implements ICommandHandler<StepRelease> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly settings: DecisionSettings,
  ) {}

  execute({ viewer, call, release, given }: StepRelease): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, (read) => this.step(read, viewer, release, given));
  }

  private async step(read: LogReads, viewer: Viewer, release: string, given: StepGiven): Promise<Decided> {
    const now = new Date();
    const { state } = await visibleRelease(read, release, viewer);
    const delegators = await delegatorsOf(read, viewer, now);
    const act = { id: newId(), now, purpose: given.purpose };
    const role = roleOf(viewer);
    const weighed = await weighedFor(given.type, read, viewer, state, now);
    const copy = newId();
    const command = commandOf(given, act, { viewer, role, delegators, copy, weighed });
    const draft = decide(state, command);
    const writes: StreamWrite[] = [
      { stream: streamOf(release), expectedVersion: state.version, source: viewer.organisation, events: [draft] },
    ];
    if (given.type === 'carry-out' && weighed !== undefined) {
      const made = copyDraft(weighed.content, weighed.original, weighed.item, {
        id: copy,
        actor: draft.actor,
        purpose: given.purpose,
      });
      writes.push({ stream: `assertion-${copy}`, expectedVersion: 0, source: viewer.organisation, events: [made] });
    }
    const next = stateAfter(state, draft);
    return {
      append: writes,
      answer: () => ({
        status: 200,
        body: { release, state: next, ...(given.type === 'carry-out' ? { copy } : {}) },
      }),
      audit: [audited(viewer, release, draft, given, weighed, copy)],
      alsoWrite: async (write) => {
        await writeWork(write, draft, workOf(draft, state, next, this.settings.reviewHours, now));
        // So that a later narrowing of the original reaches the copy too (R4).
        if (given.type === 'carry-out' && weighed !== undefined) await keepCopyBasis(write, copy, weighed.item.event);
      },
    };
  }
}

function weighedFor(
  step: StepGiven['type'],
  read: LogReads,
  viewer: Viewer,
  state: KnownRelease,
  now: Date,
): Promise<Weighing | undefined> {
  const { data } = state.proposed.body;
  if (step === 'approve') return weighAgain(read, viewer, data, now);
  return step === 'carry-out' ? weighSettled(read, viewer, data, now) : Promise.resolve(undefined);
}

type Weighing = Weighed & { sameRecipients: boolean };

function commandOf(
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

function stateAfter(state: KnownRelease, { body, actor }: EventDraft): string {
  switch (body.type) {
    case 'release.approved': {
      const approvals = new Set([...state.approvals, actor.user]).size;
      return approvals >= (state.proposed.body.data.rule === 'two-approvers' ? 2 : 1) ? 'approved' : 'proposed';
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

function workOf(draft: EventDraft, state: KnownRelease, next: string, reviewHours: number, now: Date): WorkChange {
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

function audited(
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
