import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, basisLock } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { newId } from '#runtime';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { forgetDueLinks } from '../categories/due-links.js';
import { decide } from './assertion.js';
import { assertionFrom } from './assertion-state.js';
import type { Assertor } from './assertor.js';
import type { MarkingGiven } from './given.js';
import { UUID } from './limits.js';
import { streamOf } from './made-together.js';

export class WithdrawAssertion extends Command<Answered> {
  constructor(
    readonly by: Assertor,
    readonly call: IdempotentCall,
    /** Id of the assertion. */
    readonly assertion: string,
    readonly given: { reason: string; purpose: string; marking?: MarkingGiven },
  ) {
    super();
  }
}

@CommandHandler(WithdrawAssertion)
export class WithdrawAssertionHandler implements ICommandHandler<WithdrawAssertion> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute(command: WithdrawAssertion): Promise<Answered> {
    const { by, call, given } = command;
    return once(this.log, { viewer: by.viewer, call, purpose: given.purpose }, (read) => this.decided(read, command));
  }

  private async decided(read: LogReads, { by, assertion, given }: WithdrawAssertion): Promise<Decided> {
    const stream = streamOf(assertion);
    // What is no id of ours never reaches the database, and answers like an assertion that does not exist.
    const events = UUID.test(assertion) ? await locked(read, stream) : undefined;
    const state = assertionFrom(events?.get(stream) ?? []);
    const draft = decide(state, { type: 'withdraw', id: newId(), by, now: new Date(), ...given });
    const version = state.status === 'absent' ? 0 : state.version;
    return {
      append: [{ stream, expectedVersion: version, source: by.viewer.organisation, events: [draft] }],
      answer: () => ({ status: 200, body: { id: assertion, stream, version: version + 1 } }),
      audit: [{ act: 'alteration', viewer: by.viewer, purpose: given.purpose, ids: [assertion, draft.id] }],
      alsoWrite: (write) => (state.status === 'absent' ? Promise.resolve() : forgetDueLinks(write, state.made)),
    };
  }
}

/** Whoever is acting on it now finishes first, and whoever comes later finds it withdrawn. */
async function locked(read: LogReads, stream: string): ReturnType<LogReads['readStreams']> {
  const [, events] = await Promise.all([read.lockExclusive([basisLock(stream)]), read.readStreams([stream])]);
  return events;
}
