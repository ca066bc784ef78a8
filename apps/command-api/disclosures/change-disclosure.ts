import { Inject, Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { basisLock, EVENT_LOG, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import type { ReviewOutcome } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered } from '../idempotency/once.js';
import { keepCopyBasis } from '../releases/copy-basis.js';
import { copyDraft } from '../releases/copy.js';
import { roleOf } from '../releases/release-step.js';
import { circlesOf, weigh, type ReleaseGiven, type Weighed } from '../releases/weigh.js';
import { DecisionSettings } from '../work-list/decision-settings.js';
import { deciding, delegatorsOf } from '../work-list/decider.js';
import { arrivals, writeNotices, type NewNotice } from '../work-list/notices.js';
import { writeWork } from '../work-list/work-items.js';
import { alarmed, disclose, disclosureFrom, review, type Disclose, type DisclosureState } from './disclosure.js';
import { emergencies } from './disclosure-figures.js';

export class DiscloseAtOnce extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: ReleaseGiven & { reason: string; purpose: string },
  ) {
    super();
  }
}

export class ReviewDisclosure extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly disclosure: string,
    readonly given: { outcome: ReviewOutcome; reason: string; purpose: string },
  ) {
    super();
  }
}

export function streamOf(disclosure: string): string {
  return `disclosure-${disclosure}`;
}

@CommandHandler(DiscloseAtOnce)
export class DiscloseAtOnceHandler implements ICommandHandler<DiscloseAtOnce> {
  private readonly logger = new Logger('EmergencyDisclosure');

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly settings: DecisionSettings,
  ) {}

  async execute({ viewer, call, given }: DiscloseAtOnce): Promise<Answered> {
    const { purpose, reason } = given;
    const answered = await once(this.log, { viewer, call, purpose }, async (read) => {
      const now = new Date();
      const weighed = await settled(read, viewer, given, now);
      const { content, original, item, ancestry, decision } = weighed;
      const command: Disclose = {
        id: newId(),
        disclosure: newId(),
        copy: newId(),
        now,
        purpose,
        by: viewer,
        role: roleOf(viewer),
        content,
        decision,
        ancestry,
        compartment: circlesOf(ancestry),
        reason,
        reviewHours: this.settings.reviewHours,
      };
      const { disclosure, copy } = command;
      const draft = disclose(command);
      const made = copyDraft(content, original, item, { id: copy, actor: draft.actor, purpose });
      const { organisation } = viewer;
      const { reviewBy } = draft.body.data as { reviewBy: string };
      const recipients = content.recipients.map((one) => one.organisation);
      return {
        append: [
          { stream: streamOf(disclosure), expectedVersion: 0, source: organisation, events: [draft] },
          { stream: `assertion-${copy}`, expectedVersion: 0, source: organisation, events: [made] },
        ],
        answer: () => ({ status: 201, body: { disclosure, copy, reviewBy } }),
        audit: [
          {
            act: 'disclosure',
            viewer,
            purpose,
            ids: [disclosure, draft.id, item.event, copy],
            recipients,
            reason: 'disclosure.emergency',
          },
        ],
        alsoWrite: async (write) => {
          await keepCopyBasis(write, copy, item.event);
          await writeNotices(write, [...alarmed(draft, command), ...arrivals(made, true)]);
          await writeWork(write, draft, {
            open: {
              kind: 'emergency-review',
              about: disclosure,
              organisation,
              dueAt: reviewBy,
              notFor: [viewer.subject],
            },
          });
        },
      };
    });
    if (!answered.replayed) this.sound(answered, viewer);
    return answered;
  }

  private sound({ body }: Answered, { organisation }: Viewer): void {
    emergencies.inc();
    const { disclosure } = body as { disclosure: string };
    this.logger.error(
      `EMERGENCY DISCLOSURE ${disclosure} by organisation ${organisation}: it went past consents and approvals and waits for its review.`,
    );
  }
}

/** Nobody regrades it meanwhile, or the copy would be overtaken by a narrowing that does not know of it. */
async function settled(read: LogReads, by: Viewer, given: ReleaseGiven, now: Date): Promise<Weighed> {
  const { ancestry } = await weigh(read, by, given, now);
  await read.lockShared(ancestry.map(({ event }) => basisLock(`assertion-${event}`)));
  return weigh(read, by, given, now);
}

@CommandHandler(ReviewDisclosure)
export class ReviewDisclosureHandler implements ICommandHandler<ReviewDisclosure> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ viewer, call, disclosure, given }: ReviewDisclosure): Promise<Answered> {
    const { purpose } = given;
    return once(this.log, { viewer, call, purpose }, async (read) => {
      const now = new Date();
      const decider = deciding(viewer, await delegatorsOf(read, viewer, now));
      const stream = streamOf(disclosure);
      const state = disclosureFrom((await read.readStreams([stream])).get(stream) ?? []);
      const draft = review(state, { id: newId(), now, decider, ...given });
      const version = state.status === 'absent' ? 0 : state.version;
      return {
        append: [{ stream, expectedVersion: version, source: viewer.organisation, events: [draft] }],
        answer: () => ({ status: 200, body: { disclosure, outcome: given.outcome } }),
        audit: [{ act: 'alteration', viewer, purpose, ids: [disclosure, draft.id], reason: 'disclosure.review' }],
        alsoWrite: async (write) => {
          await writeNotices(write, told(state, given.outcome));
          await writeWork(write, draft, { close: { about: disclosure, kinds: ['emergency-review'] } });
        },
      };
    });
  }
}

/** The originators learn how it was judged. Only that: the reasons are the other organisation's own. */
function told(state: DisclosureState, outcome: ReviewOutcome): NewNotice[] {
  if (state.status === 'absent') return [];
  const { disclosure, originators } = state.made.body.data;
  return originators
    .filter((organisation) => organisation !== state.made.source)
    .map((organisation) => ({
      organisation,
      roles: ['authoriser'],
      kind: 'emergency-disclosure-reviewed',
      about: disclosure,
      details: { disclosure, outcome },
    }));
}
