import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { actorOf, EVENT_LOG, maySee, type Viewer } from '#access';
import { caseTime, decideInterest, interestFrom, interestStream, keepCases, type KnownInterest } from '#casework';
import type { EventLog, LogReads } from '#event-log';
import { actDraft, type DeconflictionEvent, type EventDraft, type Marking, Refusal } from '#events';
import { newId } from '#runtime';
import { EntityNames } from '../assertions/entity-names.js';
import type { EntityGiven, MarkingGiven } from '../assertions/given.js';
import { markingOf, markingRules, refuseFaults } from '../assertions/marking-rules.js';
import { entityOf, type RuleContext } from '../assertions/statement-rules.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { holdAsked } from './holds.js';

export interface InterestGiven {
  entities: EntityGiven[];
  covert: boolean;
  contact: string;
  until: string;
  marking: MarkingGiven;
  purpose: string;
}

export class DeclareInterest extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: InterestGiven,
  ) {
    super();
  }
}

export type InterestStep = { purpose: string; reason: string } & (
  | { type: 'end'; interest: string }
  | { type: 'release'; check: string }
  | { type: 'keep'; check: string; until: string }
);

export class StepInterest extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: InterestStep,
  ) {
    super();
  }
}

@CommandHandler(DeclareInterest)
export class DeclareInterestHandler implements ICommandHandler<DeclareInterest> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
  ) {}

  execute({ viewer, call, given }: DeclareInterest): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      if (viewer.kind === 'platform')
        throw new Refusal('Forbidden', 'interest.agencies-only', 'Interests are declared by agencies.');
      const now = await caseTime(read);
      const context: RuleContext = {
        organisation: viewer.organisation,
        now,
        categoriseWithinDays: 0,
        isFact: false,
        faults: [],
      };
      const entities = given.entities.map((entity, at) => entityOf(entity, `/entities/${at}`, context));
      const marking = markingOf(given.marking, viewer.organisation);
      refuseFaults('The interest cannot be taken', [...context.faults, ...markingRules(marking, viewer)]);
      const interest = newId();
      const { covert, contact, until } = given;
      const body = decideInterest(
        { status: 'absent', version: 0 },
        { type: 'declare', now, interest, entities, covert, contact, until },
      );
      const draft = draftOf(body, { viewer, purpose: given.purpose, now, marking });
      return written(this.names, viewer, draft, {
        interest,
        version: 0,
        reason: 'interest.declare',
        answer: { status: 201, body: { interest, until } },
      });
    });
  }
}

/** Ends an interest, or answers for one of the referrals that are held for it. */
@CommandHandler(StepInterest)
export class StepInterestHandler implements ICommandHandler<StepInterest> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
  ) {}

  execute({ viewer, call, given }: StepInterest): Promise<Answered> {
    return once(this.log, { viewer, call, purpose: given.purpose }, async (read) => {
      const now = await caseTime(read);
      const asked = given.type === 'end' ? undefined : await holdAsked(read, viewer, given.check);
      const state = await visibleInterest(read, viewer, asked?.interest ?? (given as { interest: string }).interest);
      const { interest, version, marking, newest } = state;
      const body = decideInterest(state, commandOf(given, now, asked));
      const draft = { ...draftOf(body, { viewer, purpose: given.purpose, now, marking }), basis: [newest] };
      const about = asked === undefined ? { interest } : { check: asked.check };
      return written(this.names, viewer, draft, {
        interest,
        version,
        reason: `interest.${given.type}`,
        answer: {
          status: 200,
          body: { ...about, state: { end: 'ended', release: 'released', keep: 'kept' }[given.type] },
        },
      });
    });
  }
}

function commandOf(
  given: InterestStep,
  now: Date,
  hold: Awaited<ReturnType<typeof holdAsked>> | undefined,
): Parameters<typeof decideInterest>[1] {
  const { reason } = given;
  if (given.type === 'end' || hold === undefined) return { type: 'end', now, reason };
  return given.type === 'keep'
    ? { type: 'answer-hold', now, hold, answer: 'keep', reason, until: given.until }
    : { type: 'answer-hold', now, hold, answer: 'no-objection', reason };
}

/** An interest is its own organisation's, within the circle of its marking. @throws Refusal NotFound */
async function visibleInterest(read: LogReads, viewer: Viewer, interest: string): Promise<KnownInterest> {
  const stream = interestStream(interest);
  const state = interestFrom((await read.readStreams([stream])).get(stream) ?? []);
  const known = state.status !== 'absent' && state.organisation === viewer.organisation;
  if (known && maySee({ ...viewer, asks: undefined }, state.marking).see) return state;
  throw new Refusal('NotFound', 'interest.unknown', 'There is no such interest.');
}

interface Terms {
  viewer: Viewer;
  purpose: string;
  now: Date;
  marking: Marking;
}

function draftOf(body: DeconflictionEvent, { viewer, purpose, now, marking }: Terms): EventDraft {
  const actor = actorOf(viewer, viewer.roles.includes('authoriser') ? 'authoriser' : 'analyst');
  return actDraft({ id: newId(), now, purpose, actor }, body, marking);
}

interface Written {
  interest: string;
  version: number;
  reason: string;
  answer: ReturnType<Decided['answer']>;
}

function written(names: EntityNames, viewer: Viewer, draft: EventDraft, rest: Written): Decided {
  const { interest, version, reason, answer } = rest;
  const { organisation } = viewer;
  return {
    append: [{ stream: interestStream(interest), expectedVersion: version, source: organisation, events: [draft] }],
    answer: () => answer,
    audit: [{ act: 'alteration', viewer, purpose: draft.purpose, ids: [interest, draft.id], reason }],
    alsoWrite: (write, appended) => keepCases(write, appended, (kind, key) => names.of(kind, key)),
  };
}
