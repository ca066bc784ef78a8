import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { audienceOf } from '#events';
import { newId } from '#runtime';
import type { MarkingGiven } from '../assertions/given.js';
import { markingOf, markingRules, refuseFaults } from '../assertions/marking-rules.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered } from '../idempotency/once.js';
import { forget, save, savedFrom, streamOf, visibleTo, type SavedGiven, type SavedState } from './saved-question.js';

export class SaveQuestion extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: SavedGiven & { marking: MarkingGiven; purpose: string },
  ) {
    super();
  }
}

export class ForgetQuestion extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly saved: string,
    readonly given: { reason: string; purpose: string },
  ) {
    super();
  }
}

/** Who keeps questions: those who ask them. */
export const KEEPERS = ['analyst', 'referrer', 'authoriser'] as const;

const roleOf = ({ roles }: Viewer): string => KEEPERS.find((role) => roles.includes(role)) ?? 'analyst';

@CommandHandler(SaveQuestion)
export class SaveQuestionHandler implements ICommandHandler<SaveQuestion> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ viewer, call, given }: SaveQuestion): Promise<Answered> {
    const { purpose } = given;
    return once(this.log, { viewer, call, purpose }, () => {
      const marking = markingOf(given.marking, viewer.organisation);
      refuseFaults('The question cannot be saved', markingRules(marking, viewer));
      const saved = newId();
      const act = { id: newId(), now: new Date(), purpose, by: viewer, role: roleOf(viewer) };
      const draft = save({ ...given, saved, marking }, act);
      return Promise.resolve({
        append: [{ stream: streamOf(saved), expectedVersion: 0, source: viewer.organisation, events: [draft] }],
        answer: () => ({ status: 201, body: { saved } }),
        audit: [{ act: 'collection', viewer, purpose, ids: [saved, draft.id], reason: 'question.save' }],
        alsoWrite: (write) =>
          write.query(
            'INSERT INTO saved_questions (saved, organisation, operation, audience) VALUES ($1, $2, $3, $4)',
            [...[saved, viewer.organisation, given.operation, audienceOf(marking)]],
          ),
      });
    });
  }
}

@CommandHandler(ForgetQuestion)
export class ForgetQuestionHandler implements ICommandHandler<ForgetQuestion> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ viewer, call, saved, given }: ForgetQuestion): Promise<Answered> {
    const { purpose, reason } = given;
    return once(this.log, { viewer, call, purpose }, async (read) => {
      const state = visibleTo(viewer, await savedState(read, saved));
      const act = { id: newId(), now: new Date(), purpose, by: viewer, role: roleOf(viewer) };
      const draft = forget(state, { ...act, reason });
      return {
        append: [
          { stream: streamOf(saved), expectedVersion: state.version, source: viewer.organisation, events: [draft] },
        ],
        answer: () => ({ status: 200, body: { saved } }),
        audit: [{ act: 'alteration', viewer, purpose, ids: [saved, draft.id], reason: 'question.forget' }],
        alsoWrite: (write) => write.query('UPDATE saved_questions SET forgotten = true WHERE saved = $1', [saved]),
      };
    });
  }
}

export async function savedState(read: Pick<LogReads, 'readStreams'>, saved: string): Promise<SavedState> {
  const stream = streamOf(saved);
  return savedFrom((await read.readStreams([stream])).get(stream) ?? []);
}
