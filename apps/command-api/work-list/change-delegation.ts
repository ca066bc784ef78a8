import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type Viewer } from '#access';
import type { EventLog, LogReads, LogWrites } from '#event-log';
import type { EventDraft } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { delegate, delegationFrom, recall } from './delegation.js';

export class DelegateDuty extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: { to: string; until: string; purpose: string },
  ) {
    super();
  }
}

export class RecallDuty extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly delegation: string,
    readonly given: { reason: string; purpose: string },
  ) {
    super();
  }
}

@CommandHandler(DelegateDuty)
export class DelegateDutyHandler implements ICommandHandler<DelegateDuty> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ viewer, call, given }: DelegateDuty): Promise<Answered> {
    const { to, until, purpose } = given;
    return once(this.log, { viewer, call, purpose }, async (read) => {
      const delegation = newId();
      const rolesOfColleague = await rolesOf(read, viewer.organisation, to);
      const draft = delegate({
        id: newId(),
        delegation,
        now: new Date(),
        purpose,
        by: viewer,
        to,
        until,
        rolesOfColleague,
      });
      return written(viewer, draft, { delegation, version: 0, status: 201, reason: 'duty.delegate' }, (write) =>
        write.query(
          `INSERT INTO duty_delegations (delegation, organisation, from_subject, to_subject, until) VALUES ($1, $2, $3, $4, $5)`,
          [delegation, viewer.organisation, viewer.subject, to, until],
        ),
      );
    });
  }
}

@CommandHandler(RecallDuty)
export class RecallDutyHandler implements ICommandHandler<RecallDuty> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ viewer, call, delegation, given }: RecallDuty): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      const stream = `delegation-${delegation}`;
      const state = delegationFrom((await read.readStreams([stream])).get(stream) ?? []);
      const draft = recall(state, { id: newId(), now: new Date(), by: viewer, ...given });
      const version = state.status === 'absent' ? 0 : state.version;
      return written(viewer, draft, { delegation, version, status: 200, reason: 'duty.recall' }, (write) =>
        write.query('UPDATE duty_delegations SET recalled = true WHERE delegation = $1', [delegation]),
      );
    });
  }
}

async function rolesOf(read: LogReads, organisation: string, subject: string): Promise<string[] | undefined> {
  const rows = await read.query<{ roles: string[] }>(
    'SELECT roles FROM members WHERE organisation = $1 AND subject = $2',
    [organisation, subject],
  );
  return rows.length === 0 ? undefined : rows.flatMap(({ roles }) => roles);
}

function written(
  viewer: Viewer,
  draft: EventDraft,
  { delegation, version, status, reason }: { delegation: string; version: number; status: number; reason: string },
  alsoWrite: (write: LogWrites) => Promise<unknown>,
): Decided {
  const stream = `delegation-${delegation}`;
  return {
    append: [{ stream, expectedVersion: version, source: viewer.organisation, events: [draft] }],
    answer: () => ({ status, body: { delegation } }),
    audit: [{ act: 'alteration', viewer, purpose: draft.purpose, ids: [delegation, draft.id], reason }],
    alsoWrite,
  };
}
