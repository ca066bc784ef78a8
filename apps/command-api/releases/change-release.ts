import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type Viewer } from '#access';
import type { EventLog, LogReads, StreamWrite } from '#event-log';
import type { EventDraft } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { DecisionSettings } from '../work-list/decision-settings.js';
import { delegatorsOf } from '../work-list/decider.js';
import { arrivals, writeNotices } from '../work-list/notices.js';
import { writeWork } from '../work-list/work-items.js';
import { copyDraft } from './copy.js';
import { keepCopyBasis } from './copy-basis.js';
import { decide, propose } from './release.js';
import type { KnownRelease } from './release-state.js';
import { weighSettled } from './settled.js';
import { audited, commandOf, roleOf, stateAfter, workOf, type StepGiven, type Weighing } from './release-step.js';
import { streamOf, visibleRelease } from './visible-release.js';
import { circlesOf, ruleOf, weigh, weighAgain, type ReleaseGiven } from './weigh.js';

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
    const made = given.type === 'carry-out' && weighed !== undefined ? copyOf(weighed, draft, copy) : undefined;
    const source = viewer.organisation;
    const writes: StreamWrite[] = [
      { stream: streamOf(release), expectedVersion: state.version, source, events: [draft] },
      ...(made === undefined ? [] : [{ stream: `assertion-${copy}`, expectedVersion: 0, source, events: [made] }]),
    ];
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
        if (made === undefined || weighed === undefined) return;
        // So that a later narrowing of the original reaches the copy too (R4).
        await keepCopyBasis(write, copy, weighed.item.event);
        await writeNotices(write, arrivals(made, false));
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

function copyOf({ content, original, item }: Weighing, { actor, purpose }: EventDraft, id: string): EventDraft {
  return copyDraft(content, original, item, { id, actor, purpose });
}
