import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import type { AgreementMade } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { agreementFrom, decide, streamOf, type AgreementCommand } from './agreement.js';
import { refuseUnfit, writeTables } from './agreement-tables.js';

export class ChangeAgreement extends Command<Answered> {
  constructor(
    readonly caller: { viewer: Viewer; call: IdempotentCall; purpose: string },
    readonly command: AgreementCommand,
  ) {
    super();
  }
}

/** One change of an agreement: event, read tables, answer and audit row in one transaction, or none of them. */
@CommandHandler(ChangeAgreement)
export class ChangeAgreementHandler implements ICommandHandler<ChangeAgreement> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ caller, command }: ChangeAgreement): Promise<Answered> {
    return once(this.log, caller, (read) => this.decided(read, caller, command));
  }

  private async decided(
    read: LogReads,
    { viewer, purpose }: ChangeAgreement['caller'],
    command: AgreementCommand,
  ): Promise<Decided> {
    const { agreement } = command;
    const stream = streamOf(agreement);
    const state = agreementFrom((await read.readStreams([stream])).get(stream) ?? []);
    const draft = decide(state, command, { by: viewer, id: newId(), now: new Date(), purpose });
    const isNew = draft?.body.type === 'agreement.made';
    const made = isNew ? (draft.body.data as AgreementMade) : state.made?.data;
    if (isNew && made !== undefined) await refuseUnfit(read, made);
    return {
      append:
        draft === undefined
          ? []
          : [{ stream, expectedVersion: state.version, source: viewer.organisation, events: [draft] }],
      answer: () => ({
        status: isNew ? 201 : 200,
        body: { agreement, group: made?.group, changed: draft !== undefined },
      }),
      audit: [
        {
          act: 'alteration',
          viewer,
          purpose,
          ids: draft === undefined ? [stream] : [stream, draft.id],
          reason: `agreement.${command.type}`,
        },
      ],
      ...(draft === undefined ? {} : { alsoWrite: (write) => writeTables(write, draft) }),
    };
  }
}
