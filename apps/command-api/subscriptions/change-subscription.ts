import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { actorOf, EVENT_LOG, type Viewer } from '#access';
import type { EventLog, LogReads, LogWrites } from '#event-log';
import { actDraft, ownMarking, type EventDraft, type RecallAnswer, type SubscriptionEvent } from '#events';
import {
  answerRecall,
  decideSubscription,
  evolveSubscription,
  subscriptionFrom,
  subscriptionStream,
  unknownSubscription,
  type KnownSubscription,
  type RecallGiven,
  type SubscriptionCommand,
  type SubscriptionState,
} from '#feeds';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { countOf, keepAnswer, keepSubscription, noticeAt, viewOf } from './subscription-tables.js';

interface Caller {
  viewer: Viewer;
  call: IdempotentCall;
  purpose: string;
}

/** What is asked, of which subscription; how many others there are is looked up. */
type Asked = SubscriptionCommand extends infer One ? (One extends unknown ? Omit<One, 'others'> : never) : never;

export class ChangeSubscription extends Command<Answered> {
  constructor(
    readonly caller: Caller,
    readonly subscription: string,
    readonly asked: Asked,
  ) {
    super();
  }
}

export class AnswerRecall extends Command<Answered> {
  constructor(
    readonly caller: Caller,
    readonly subscription: string,
    readonly given: RecallGiven,
  ) {
    super();
  }
}

@CommandHandler(ChangeSubscription)
export class ChangeSubscriptionHandler implements ICommandHandler<ChangeSubscription> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ caller, subscription, asked }: ChangeSubscription): Promise<Answered> {
    const { organisation } = caller.viewer;
    return once(this.log, caller, async (read) => {
      const isNew = asked.type === 'make';
      const state = isNew
        ? ({ status: 'absent', version: 0 } as const)
        : await ownSubscription(read, caller, subscription);
      if (isNew) await read.lockExclusive([`subscriptions\n${organisation}`]);
      const command = isNew ? { ...asked, others: await countOf(read, organisation) } : asked;
      const body = decideSubscription(state, command as SubscriptionCommand);
      return decided(
        caller,
        { subscription, state, body, reason: `subscription.${asked.type}` },
        async (write, after) => {
          await keepSubscription(write, after);
        },
      );
    });
  }
}

@CommandHandler(AnswerRecall)
export class AnswerRecallHandler implements ICommandHandler<AnswerRecall> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ caller, subscription, given }: AnswerRecall): Promise<Answered> {
    return once(this.log, caller, async (read) => {
      const state = await ownSubscription(read, caller, subscription);
      const notice = await noticeAt(read, subscription, given.sequence);
      const body = answerRecall(state, notice, given);
      const { sequence, answer } = given;
      const change = { subscription, state, body, reason: 'recall.answer' };
      return {
        ...decided(caller, change, (write, _, at) => keepAnswer(write, { subscription, sequence, answer, at })),
        answer: () => ({ status: 200, body: { subscription, sequence, state: answer satisfies RecallAnswer } }),
      };
    });
  }
}

/** @throws `subscription.unknown`, whether there is none or it is another organisation's */
export async function ownSubscription(
  read: Pick<LogReads, 'readStreams'>,
  { viewer }: { viewer: Viewer },
  subscription: string,
): Promise<KnownSubscription> {
  const stream = subscriptionStream(subscription);
  const state = subscriptionFrom((await read.readStreams([stream])).get(stream) ?? []);
  if (state.status === 'absent' || state.organisation !== viewer.organisation) throw unknownSubscription();
  return state;
}

interface Change {
  subscription: string;
  state: SubscriptionState;
  body: SubscriptionEvent | undefined;
  reason: string;
}

function decided(
  { viewer, purpose }: Caller,
  { subscription, state, body, reason }: Change,
  keep: (write: LogWrites, after: KnownSubscription, at: string) => Promise<void>,
): Decided {
  const act = 'alteration';
  if (body === undefined)
    return {
      append: [],
      answer: () => ({ status: 200, body: viewOf(state as KnownSubscription) }),
      audit: [{ act, viewer, purpose, ids: [subscription], reason }],
    };
  const draft = drafted(viewer, purpose, body);
  const stream = subscriptionStream(subscription);
  const { organisation: source } = viewer;
  const after = (recordedTime: string): KnownSubscription =>
    evolveSubscription(state, { body, source, recordedTime, streamVersion: state.version + 1 }) as KnownSubscription;
  return {
    append: [{ stream, expectedVersion: state.version, source, events: [draft] }],
    answer: ([event]) => ({
      status: state.status === 'absent' ? 201 : 200,
      body: viewOf(after(event?.recordedTime ?? '')),
    }),
    audit: [{ act, viewer, purpose, ids: [subscription, draft.id], reason }],
    alsoWrite: (write, [event]) => {
      const at = event?.recordedTime ?? '';
      return keep(write, after(at), at);
    },
  };
}

/** Which feeds an organisation has, and what it did about recalls, is its own affair. */
function drafted(viewer: Viewer, purpose: string, body: SubscriptionEvent): EventDraft {
  const act = { id: newId(), now: new Date(), purpose, actor: actorOf(viewer, 'feed-subscriber') };
  return actDraft(act, body, ownMarking(viewer.organisation, { tlp: 'AMBER+STRICT' }));
}
