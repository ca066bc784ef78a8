import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type AuditEntry, type Viewer } from '#access';
import {
  PlatformActs,
  caseTime,
  keepCases,
  openRemovals,
  removalState,
  removalStream,
  type CaseAct,
  type PlatformCommand,
  type RemovalState,
} from '#casework';
import type { EventLog, LogReads, StreamWrite } from '#event-log';
import { newId } from '#runtime';
import { EntityNames } from '../assertions/entity-names.js';
import { refuseChanged } from '../etag.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { NOTHING_FELL, tooMuchRests, unwind, type TakenBack } from './unwind.js';
import { PLATFORM_ROLE, caseView, lockedCase, type PlatformCase } from './visible-case.js';

/** What a moderator does with one removal. */
export type CaseGiven = { purpose: string } & Exclude<PlatformCommand, { type: 'report' }>;

export class ChangeRemoval extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly removal: string,
    readonly given: CaseGiven,
    /** ETag of what was decided on. */
    readonly ifMatch?: string,
  ) {
    super();
  }
}

/** The platform's record, the records of those who asked and what rested on an overturned decision change in one append. */
@CommandHandler(ChangeRemoval)
export class ChangeRemovalHandler implements ICommandHandler<ChangeRemoval> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
  ) {}

  execute(command: ChangeRemoval): Promise<Answered> {
    const { viewer, call, given } = command;
    return once(this.log, { viewer, call, purpose: given.purpose }, (read) => this.decided(read, command));
  }

  private async decided(read: LogReads, { viewer, removal, given, ifMatch }: ChangeRemoval): Promise<Decided> {
    const found = await lockedCase(read, removal, viewer);
    refuseChanged(ifMatch, caseView(found.state));
    const act = await caseAct(read, viewer, given.purpose);
    const acts = await actsOn(read, found, given, act);
    const writes = await acts.writes(read);
    const because = takenBackBy(given);
    const fallen = because === undefined ? NOTHING_FELL : await unwind(read, [found.state], act, because);
    if (fallen === undefined) throw tooMuchRests();
    const after = acts.stateOf(removal) as PlatformCase['state'];
    return {
      append: [...writes, ...fallen.writes],
      answer: () => ({ status: 200, body: { removal, state: after.status } }),
      audit: [...auditOf(viewer, given.purpose, `removal.${given.type}`, writes), ...fallen.audit],
      alsoWrite: async (write, appended) => {
        await keepCases(write, appended, (kind, key) => this.names.of(kind, key));
        await fallen.alsoWrite(write);
      },
    };
  }
}

/** Acts after which the outcome stands no more: an appeal that was won, and a correction that puts nothing in its place. */
function takenBackBy(given: CaseGiven): TakenBack | undefined {
  if (given.type === 'decide-appeal' && given.result === 'overturned') return 'appeal-overturned';
  return given.type === 'correct' && given.outcome === undefined ? 'outcome-undone' : undefined;
}

/** A moderator's act, at the time by which deadlines are measured. Read after the locks. */
export async function caseAct(read: Pick<LogReads, 'query'>, viewer: Viewer, purpose: string): Promise<CaseAct> {
  const { organisation, subject } = viewer;
  return { actor: { organisation, user: subject, role: PLATFORM_ROLE }, purpose, now: await caseTime(read), newId };
}

async function actsOn(
  read: LogReads,
  { state, entity }: PlatformCase,
  { purpose: _, ...command }: CaseGiven,
  act: CaseAct,
): Promise<PlatformActs> {
  const { removal, platform } = state;
  const states = new Map<string, RemovalState>([[removal, state]]);
  if (command.type !== 'correct' || command.outcome !== undefined) {
    const acts = new PlatformActs(states, act);
    acts.say(removal, command);
    return acts;
  }
  const newer = (await openRemovals(read, platform, [entity])).get(entity);
  if (newer !== undefined) states.set(newer, await removalState(read, newer));
  const acts = new PlatformActs(states, act);
  acts.undo(state, newer, { reason: command.reason });
  return acts;
}

/** What was changed, and to which agencies it was told: one entry for each of them, which names nothing of the others. */
export function auditOf(viewer: Viewer, purpose: string, reason: string, writes: readonly StreamWrite[]): AuditEntry[] {
  const own = writes.filter(({ stream }) => stream.startsWith(removalStream('')));
  const told = writes.filter((write) => !own.includes(write));
  const ids = own.flatMap(({ stream, events }) => [stream, ...events.map(({ id }) => id)]);
  const answered = told.flatMap(({ stream, events }) => [stream, ...events.map(({ id }) => id)]);
  return [
    { act: 'alteration', viewer, purpose, ids, reason },
    ...(answered.length === 0 ? [] : [{ act: 'disclosure' as const, viewer, purpose, ids: answered, reason }]),
  ];
}
