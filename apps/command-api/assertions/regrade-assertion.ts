import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { basisLock, EVENT_LOG, isAtMostAsWide, markingsInForce, type AuditEntry } from '#access';
import type { EventLog, LogReads, StreamWrite } from '#event-log';
import type { EventDraft, Grading } from '#events';
import { newId, randomHex } from '#runtime';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { decide } from './assertion.js';
import { AssertionRules } from './assertion-rules.js';
import { assertionFrom, NO_ASSERTION, type AssertionState } from './assertion-state.js';
import type { Assertor } from './assertor.js';
import type { MarkingGiven } from './given.js';
import { UUID } from './limits.js';
import { streamOf } from './made-together.js';
import { FOLLOWS, narrowedByRule, RULE } from './regrade.js';
import { narrowingsOf, restingOn, statesOf, type Narrowing } from './rests-on.js';

export class RegradeAssertion extends Command<Answered> {
  constructor(
    readonly by: Assertor,
    readonly call: IdempotentCall,
    /** Id of the assertion. */
    readonly assertion: string,
    readonly given: { marking?: MarkingGiven; grading?: Grading; reason: string; purpose: string },
  ) {
    super();
  }
}

/**
 * A regrade that narrows appends the narrowing of everything that rests on it with it, in one statement (R4). Nobody derives
 * from any of it meanwhile: the locks are taken before what they keep is read.
 */
@CommandHandler(RegradeAssertion)
export class RegradeAssertionHandler implements ICommandHandler<RegradeAssertion> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly rules: AssertionRules,
  ) {}

  execute(command: RegradeAssertion): Promise<Answered> {
    const { by, call, given } = command;
    return once(this.log, { viewer: by.viewer, call, purpose: given.purpose }, (read) => this.decided(read, command));
  }

  private async decided(read: LogReads, { by, assertion, given }: RegradeAssertion): Promise<Decided> {
    const stream = streamOf(assertion);
    const now = new Date();
    // What is no id of ours never reaches the database, and answers like an assertion that does not exist.
    const state = UUID.test(assertion) ? await stateUnderLock(read, stream) : NO_ASSERTION;
    const basis = state.status === 'absent' ? [] : state.made.basis;
    // Not locked: whoever regrades one of these has to lock this one too, since it rests on it.
    const restsOn = await markingsInForce(read, given.marking === undefined ? [] : basis);
    const draft = decide(state, { type: 'regrade', id: newId(), by, now, restsOn, ...this.rules, ...given });
    const narrowed = (await narrowedWith(read, stream, state, draft)).map((each) => actOf(each, now));
    const version = state.status === 'absent' ? 0 : state.version;
    return {
      append: [
        { stream, expectedVersion: version, source: by.viewer.organisation, events: [draft] },
        ...narrowed.map(({ write }) => write),
      ],
      // Nothing about what rests on it: that may be hidden from the caller.
      answer: () => ({ status: 200, body: { id: assertion, stream, version: version + 1 } }),
      audit: [
        { act: 'alteration', viewer: by.viewer, purpose: given.purpose, ids: [assertion, draft.id], reason: 'regrade' },
        ...narrowed.map(({ audit }) => audit),
      ],
    };
  }
}

async function stateUnderLock(read: LogReads, stream: string): Promise<AssertionState> {
  const [, histories] = await Promise.all([read.lockExclusive([basisLock(stream)]), read.readStreams([stream])]);
  return assertionFrom(histories.get(stream) ?? []);
}

/** Widening what something rests on does not widen it: that takes a decision of its own (R4). */
async function narrowedWith(
  read: LogReads,
  stream: string,
  state: AssertionState,
  { marking }: EventDraft,
): Promise<Narrowing[]> {
  if (state.status === 'absent' || isAtMostAsWide(state.marking, marking)) return [];
  const edges = await restingOn(read, stream);
  return narrowingsOf(stream, marking, edges, await statesOf(read, edges));
}

/** The narrowing of one of those that rest on it: what is appended, and its entry in the audit. */
function actOf({ stream, known, marking }: Narrowing, now: Date): { write: StreamWrite; audit: AuditEntry } {
  const id = newId();
  // A trace of its own: with that of the request, those who see only this could tell which acts belong together.
  const correlationId = newId();
  const traceparent = `00-${correlationId.replaceAll('-', '')}-${randomHex(8)}-01`;
  const draft = { ...narrowedByRule(known, marking, { id, now }), correlationId, traceparent };
  const { source } = known.made;
  return {
    write: { stream, expectedVersion: known.version, source, events: [draft] },
    audit: {
      act: 'alteration',
      // In the name of its own organisation: the one that regraded may not know of it, and its auditors read its entries.
      viewer: { organisation: source, subject: RULE.user },
      purpose: FOLLOWS.purpose,
      ids: [known.made.id, id],
      reason: 'regrade.R4',
    },
  };
}
