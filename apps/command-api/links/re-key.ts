import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { IDENTIFIERS_VERSION } from '#identifiers';
import { newId } from '#runtime';
import type { KnownAssertion } from '../assertions/assertion-state.js';
import type { Assertor } from '../assertions/assertor.js';
import { basisOf } from '../assertions/basis.js';
import { EntityNames } from '../assertions/entity-names.js';
import { auditOf, keepMade, newStream } from '../assertions/made-together.js';
import { ASSERTION_REFERENCES } from '../assertions/references.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { SealedCursors, type CursorBinding } from '../sealed-cursor.js';
import { ownAssertions, standing, type OwnPage } from './own-assertions.js';
import { contentOfReKeying, reKeyingDraft, reKeyingsOf, stillToSay, type ReKeying } from './re-keying.js';

export class ReKey extends Command<Answered> {
  constructor(
    readonly by: Assertor,
    readonly call: IdempotentCall,
    /** `after`: where an earlier call has stopped. */
    readonly given: { purpose: string; after?: string },
  ) {
    super();
  }
}

/** An append takes 500 events, each with a text twice; one assertion names 65 entities at most. */
const MOST_SAID = 200;

@CommandHandler(ReKey)
export class ReKeyHandler implements ICommandHandler<ReKey> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
    private readonly cursors: SealedCursors,
  ) {}

  execute(command: ReKey): Promise<Answered> {
    const { by, call, given } = command;
    return once(this.log, { viewer: by.viewer, call, purpose: given.purpose }, (read) => this.decided(read, command));
  }

  private async decided(read: LogReads, { by, given }: ReKey): Promise<Decided> {
    const { organisation } = by.viewer;
    const bound: CursorBinding = { list: 're-keyings', viewer: by.viewer, filters: {} };
    const after = given.after === undefined ? 0 : Number(this.cursors.open(bound, given.after)[0]);
    const page = await ownAssertions(read, by.viewer, after);
    const ids = page.assertions.map(({ id }) => id);
    // Locked before they are read: what one rests on is regraded before this, or after it, and then narrows it too.
    const basis = await basisOf(read, ids);
    const { found, next } = upToMost(await standing(read, by.viewer, ids), page);
    const references = found.map(({ reference }) => reference);
    const known = await ASSERTION_REFERENCES.known(read, organisation, references);
    const said = stillToSay(found, new Set(known.keys()));
    const now = new Date();
    const keyOf = this.names.of.bind(this.names);
    const drafts = said.map((one) => reKeyingDraft(one, { id: newId(), by, purpose: given.purpose, now, keyOf }));
    const kept = said.map((one, at) => ({
      ...{ reference: one.reference, id: drafts[at]!.id, content: contentOfReKeying(one) },
    }));
    return {
      append: drafts.map(newStream),
      answer: () => ({
        status: 200,
        body: {
          version: IDENTIFIERS_VERSION,
          reKeyed: said.map((one, at) => this.told(one, drafts[at]!.id)),
          ...(next === undefined ? {} : { after: this.cursors.seal(bound, [next]) }),
        },
      }),
      audit: drafts.length === 0 ? [] : auditOf(drafts, given.purpose, by.viewer),
      alsoWrite: (write) =>
        Promise.all([ASSERTION_REFERENCES.keep(write, organisation, kept), keepMade(write, drafts, basis, this.names)]),
    };
  }

  private told({ said, from, to }: ReKeying, id: string): object {
    const { kind } = from;
    return { id, named: said.made.id, kind, from: this.names.of(kind, from.key), to: this.names.of(kind, to.key) };
  }
}

/** Whole assertions in their order, until the next one would be too much; the page ends before that. */
function upToMost(
  assertions: readonly KnownAssertion[],
  page: OwnPage,
): { found: ReKeying[]; next: number | undefined } {
  const found: ReKeying[] = [];
  for (const one of assertions) {
    const more = reKeyingsOf(one);
    if (found.length + more.length > MOST_SAID) {
      const at = page.assertions.findIndex(({ id }) => id === one.made.id);
      return { found, next: page.assertions[at - 1]!.position };
    }
    found.push(...more);
  }
  return { found, next: page.next };
}
