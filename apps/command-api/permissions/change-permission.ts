import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, mayActOn, type ActDecision, type Viewer, permissionLock } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { type EventDraft, type OutwardAction, Refusal } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { organisationsOf } from '../releases/recipients.js';
import { DecisionSettings } from '../work-list/decision-settings.js';
import { DECIDING_ROLES, deciding, delegatorsOf } from '../work-list/decider.js';
import { answerTo, writeNotices } from '../work-list/notices.js';
import { writeWork, type WorkChange } from '../work-list/work-items.js';
import { ancestryOf } from './ancestry.js';
import { permissionsFor, writePermission } from './permission-table.js';
import { decide, type End, type Grant, type Hold, type PermissionState } from './permission.js';
import { visiblePermission } from './visible-permission.js';

export interface AskGiven {
  of: string[];
  action: OutwardAction;
  recipient: string;
  terms: string;
  dueAt?: string;
  purpose: string;
}

export type AnswerGiven = { purpose: string } & (
  | { type: 'grant'; terms?: string; until?: string }
  | { type: 'refuse' | 'revoke' | 'resume'; reason: string }
  | { type: 'hold'; reason: string; until: string }
);

export class AskPermission extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: AskGiven,
  ) {
    super();
  }
}

export class AnswerPermission extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly permission: string,
    readonly given: AnswerGiven,
  ) {
    super();
  }
}

@CommandHandler(AskPermission)
export class AskPermissionHandler implements ICommandHandler<AskPermission> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly settings: DecisionSettings,
  ) {}

  execute({ viewer, call, given }: AskPermission): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      const [{ items, unknown }, recipients] = await Promise.all([
        ancestryOf(read, given.of, viewer),
        organisationsOf(read, [given.recipient]),
      ]);
      const permission = newId();
      const draft = decide(
        { status: 'absent' },
        {
          type: 'ask',
          id: newId(),
          permission,
          now: new Date(),
          purpose: given.purpose,
          by: viewer,
          role: DECIDING_ROLES.find((role) => viewer.roles.includes(role)) ?? 'analyst',
          given,
          items,
          unknown,
          recipientIsKnown: recipients.has(given.recipient),
          hours: this.settings.permissionHours,
        },
      );
      const { originator, dueAt } = draft.body.data as { originator: string; dueAt: string };
      return written(viewer, given.purpose, { status: 'absent' }, draft, {
        permission,
        reason: 'permission.ask',
        recipients: [originator],
        status: 201,
        work: { open: { kind: 'permission', about: permission, organisation: originator, dueAt } },
      });
    });
  }
}

@CommandHandler(AnswerPermission)
export class AnswerPermissionHandler implements ICommandHandler<AnswerPermission> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ viewer, call, permission, given }: AnswerPermission): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      const now = new Date();
      const decider = deciding(viewer, await delegatorsOf(read, viewer, now));
      // Before anything is read of it: whoever is acting by it now finishes first.
      await read.lockExclusive([permissionLock(permission)]);
      const { state, items } = await visiblePermission(read, permission, viewer);
      const act = { id: newId(), now, purpose: given.purpose, decider };
      const command: Grant | Hold | End =
        given.type === 'grant'
          ? { ...act, type: 'grant', given, items, ownDecision: await ownDecision(read, state, viewer, now) }
          : { ...act, ...given };
      const draft = decide(state, command);
      return written(viewer, given.purpose, state, draft, {
        permission,
        reason: `permission.${given.type}`,
        recipients: [state.requested.source],
        status: 200,
        work: { close: { about: permission, kinds: ['permission'] } },
      });
    });
  }
}

/** Whether the originator could do itself what it is asked to let others do: it answers for what its own word rests on. */
async function ownDecision(
  read: LogReads,
  { requested }: Exclude<PermissionState, { status: 'absent' }>,
  viewer: Viewer,
  now: Date,
): Promise<ActDecision> {
  const { of, action, recipient: id } = requested.body.data;
  const [{ ancestors }, permissions, known] = await Promise.all([
    ancestryOf(read, of, viewer),
    permissionsFor(read, viewer.organisation, [id]),
    organisationsOf(read, [id]),
  ]);
  const recipient = known.get(id);
  if (recipient === undefined)
    throw new Refusal('RuleRefused', 'recipient.unknown', 'The recipient is not here any more.');
  return mayActOn({ action, by: viewer, recipient, ancestry: ancestors, permissions, now, ownConsent: true });
}

interface Outcome {
  permission: string;
  reason: string;
  recipients: string[];
  status: number;
  work: WorkChange;
}

function written(
  viewer: Viewer,
  purpose: string,
  state: PermissionState,
  draft: EventDraft,
  { permission, reason, recipients, status, work }: Outcome,
): Decided {
  const version = state.status === 'absent' ? 0 : state.version;
  return {
    append: [
      { stream: `permission-${permission}`, expectedVersion: version, source: viewer.organisation, events: [draft] },
    ],
    answer: () => ({ status, body: { permission, state: draft.body.type.slice('permission.'.length) } }),
    audit: [{ act: 'alteration', viewer, purpose, ids: [permission, draft.id], recipients, reason }],
    alsoWrite: async (write) => {
      await writePermission(write, draft);
      await writeWork(write, draft, work);
      if (state.status !== 'absent') await writeNotices(write, answerTo(state.requested.source, permission, draft));
    },
  };
}
