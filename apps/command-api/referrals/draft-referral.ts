import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type Viewer } from '#access';
import { NO_REFERRAL, caseTime, decide, keepCases, referralWrite, type KnownReferral } from '#casework';
import type { EventLog, LogReads, StreamWrite } from '#event-log';
import { type Marking, Refusal } from '#events';
import { newId } from '#runtime';
import { AssertionRules } from '../assertions/assertion-rules.js';
import { EntityNames } from '../assertions/entity-names.js';
import { refuseChanged } from '../etag.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { contentOf } from './content-of.js';
import { missingFrom } from './missing.js';
import type { ContentGiven, DraftGiven } from './referral-given.js';
import { referralView } from './referral-view.js';
import { visibleReferral } from './visible-referral.js';

export class DraftReferral extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: DraftGiven,
  ) {
    super();
  }
}

export class ReviseReferral extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly referral: string,
    readonly given: ContentGiven,
    readonly ifMatch?: string,
  ) {
    super();
  }
}

/** A draft may be incomplete; its answer says at once what is missing before it can leave. */
@CommandHandler(DraftReferral)
export class DraftReferralHandler implements ICommandHandler<DraftReferral> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
    private readonly rules: AssertionRules,
  ) {}

  execute({ viewer, call, given }: DraftReferral): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      refusePlatforms(viewer);
      const [now, { content, marking }] = await Promise.all([
        caseTime(read),
        contentOf(read, viewer, given, { rules: this.rules }),
      ]);
      const referral = newId();
      const bodies = decide(NO_REFERRAL, { type: 'draft', now, referral, content });
      const written = referralWrite(NO_REFERRAL, referral, bodies, actOf(viewer, given, now), termsOf(given, marking));
      return drafted(read, this.names, viewer, given.purpose, written, { status: 201, reason: 'referral.draft' });
    });
  }
}

@CommandHandler(ReviseReferral)
export class ReviseReferralHandler implements ICommandHandler<ReviseReferral> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
    private readonly rules: AssertionRules,
  ) {}

  execute({ viewer, call, referral, given, ifMatch }: ReviseReferral): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      const state = await visibleReferral(read, referral, viewer);
      refuseChanged(ifMatch, referralView(state));
      const { marking } = state;
      const [now, { content }] = await Promise.all([
        caseTime(read),
        contentOf(read, viewer, given, { rules: this.rules, marking }),
      ]);
      const bodies = decide(state, { type: 'revise', now, content });
      const written = referralWrite(state, referral, bodies, actOf(viewer, given, now), termsOf(given, marking));
      return drafted(read, this.names, viewer, given.purpose, written, { status: 200, reason: 'referral.revise' });
    });
  }
}

function refusePlatforms({ kind }: Viewer): void {
  if (kind === 'platform')
    throw new Refusal('Forbidden', 'referral.agencies-only', 'Platforms report what they remove; agencies refer.');
}

function termsOf({ basis = [], grading }: ContentGiven, marking: Marking) {
  return { marking, basis, ...(grading === undefined ? {} : { grading: { ...grading } }) };
}

function actOf({ organisation, subject }: Viewer, { purpose }: ContentGiven, now: Date) {
  return { actor: { organisation, user: subject, role: 'referrer' }, purpose, now, newId };
}

async function drafted(
  read: LogReads,
  names: EntityNames,
  viewer: Viewer,
  purpose: string,
  { write, state }: { write: StreamWrite; state: KnownReferral },
  { status, reason }: { status: number; reason: string },
): Promise<Decided> {
  const missing = await missingFrom(read, state, new Date(), 0);
  const { referral, items } = state;
  const idOf: Parameters<typeof keepCases>[2] = (kind, key) => names.of(kind, key);
  return {
    append: [write],
    // Ids only: answers are kept for repeats, and what is referred is not to be kept twice.
    answer: () => ({
      status,
      body: {
        referral,
        state: state.status,
        items: items.map(({ location: { kind, key } }) => ({ kind, entity: idOf(kind, key) })),
        missing,
      },
    }),
    audit: [{ act: 'alteration', viewer, purpose, ids: [referral, ...write.events.map(({ id }) => id)], reason }],
    alsoWrite: (after, appended) => keepCases(after, appended, idOf),
  };
}
