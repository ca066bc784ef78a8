import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Audiences, EVENT_LOG, type Viewer } from '#access';
import { DeconflictionSettings, keepCases, lockReferral, type CaseAct, type KnownReferral } from '#casework';
import type { EventLog, LogReads } from '#event-log';
import { newId } from '#runtime';
import { EntityNames } from '../assertions/entity-names.js';
import { refuseChanged } from '../etag.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { checksLock } from './checks-lately.js';
import { leave } from './leave.js';
import { referralView } from './referral-view.js';
import { requestCheck } from './request-check.js';
import type { StepGiven, Stepped, Stepping } from './step.js';
import { afterwards } from './with-platform.js';
import { maySeeReferral, unknownReferral } from './visible-referral.js';

export class StepReferral extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly referral: string,
    readonly given: StepGiven,
    readonly ifMatch?: string,
  ) {
    super();
  }
}

/** After these it waits for an outcome, and nothing else that the caller may see is to wait for the same (R21). */
const BEGINS_TO_WAIT: readonly StepGiven['type'][] = ['check', 'override', 'reopen'];

/** Every step of an agency's referral after the draft. */
@CommandHandler(StepReferral)
export class StepReferralHandler implements ICommandHandler<StepReferral> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly audiences: Audiences,
    private readonly names: EntityNames,
    private readonly settings: DeconflictionSettings,
  ) {}

  async execute(command: StepReferral): Promise<Answered> {
    const { viewer, call, given } = command;
    // Before the transaction: inside it, many that wait for one lock would hold every connection that this needs.
    const audiences = BEGINS_TO_WAIT.includes(given.type) ? await this.audiences.allowedAudiences(viewer) : [];
    return once(this.log, { viewer, call, purpose: given.purpose }, (read) => this.decided(read, command, audiences));
  }

  private async decided(read: LogReads, command: StepReferral, audiences: readonly number[]): Promise<Decided> {
    const { viewer, referral, given, ifMatch } = command;
    const { type, purpose } = given;
    // The checks of an organisation are counted one after the other.
    if (type === 'check') await read.lockExclusive([checksLock(viewer.organisation)]);
    const locked = await lockReferral(read, referral);
    if (locked === undefined || !maySeeReferral(locked.state, viewer)) throw unknownReferral();
    refuseChanged(ifMatch, referralView(locked.state));
    const role = type === 'override' ? 'authoriser' : 'referrer';
    const actor = { organisation: viewer.organisation, user: viewer.subject, role };
    const act: CaseAct = { actor, purpose, now: locked.now, newId };
    const { state, writes, alsoWrite } = await this.step(
      { read, viewer, locked, act, settings: this.settings },
      given,
      audiences,
    );
    return {
      append: writes,
      answer: () => ({ status: 200, body: answerOf(state, given) }),
      audit: [
        {
          act: 'alteration',
          viewer,
          purpose,
          ids: [referral, ...(writes[0]?.events.map(({ id }) => id) ?? [])],
          ...(state.status === 'submitted' ? { recipients: [state.content.platform] } : {}),
          reason: `referral.${type}`,
        },
      ],
      alsoWrite: async (write, appended) => {
        await keepCases(write, appended, (kind, key) => this.names.of(kind, key));
        await alsoWrite?.(write);
      },
    };
  }

  private step(stepping: Stepping, given: StepGiven, audiences: readonly number[]): Promise<Stepped> {
    switch (given.type) {
      case 'check':
        return requestCheck(stepping, audiences);
      case 'submit':
        return leave(stepping);
      case 'override':
        return leave(stepping, { reason: given.reason, audiences });
      default:
        return afterwards(stepping, given, audiences);
    }
  }
}

function answerOf(state: KnownReferral, { type }: StepGiven): object {
  const { referral, status, window, receivedAt, items } = state;
  const dueAt = items[0]?.clock?.dueAt;
  const left = type === 'submit' || type === 'override';
  return {
    referral,
    state: status,
    ...(type === 'check' && window !== undefined ? { until: window.until } : {}),
    ...(left && receivedAt !== undefined ? { submittedAt: receivedAt, ...(dueAt === undefined ? {} : { dueAt }) } : {}),
  };
}
