import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { newId } from '#runtime';
import { Refusal } from '#events';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import type { KnownReference } from '../bulk-intake/references.js';
import { decide } from './assertion.js';
import { AssertionRules } from './assertion-rules.js';
import { NO_ASSERTION } from './assertion-state.js';
import type { Assertor } from './assertor.js';
import { basisOf } from './basis.js';
import { EntityNames } from './entity-names.js';
import type { AssertionGiven } from './given.js';
import { auditOf, keepMade, newStream, streamOf } from './made-together.js';
import { ASSERTION_REFERENCES, contentOf } from './references.js';

export class MakeAssertion extends Command<Answered> {
  constructor(
    readonly by: Assertor,
    readonly call: IdempotentCall,
    readonly given: AssertionGiven,
  ) {
    super();
  }
}

@CommandHandler(MakeAssertion)
export class MakeAssertionHandler implements ICommandHandler<MakeAssertion> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
    private readonly rules: AssertionRules,
  ) {}

  execute(command: MakeAssertion): Promise<Answered> {
    const { by, call, given } = command;
    return once(this.log, { viewer: by.viewer, call, purpose: given.purpose }, (read) => this.decided(read, command));
  }

  private async decided(read: LogReads, { by, given }: MakeAssertion): Promise<Decided> {
    const { organisation } = by.viewer;
    const { reference } = given;
    const [basis, references] = await Promise.all([
      basisOf(read, given.basis ?? []),
      ASSERTION_REFERENCES.known(read, organisation, reference === undefined ? [] : [reference]),
    ]);
    const known = references.get(reference ?? '');
    const content = contentOf(given);
    if (known !== undefined) return sameAgain(known, content);
    const draft = decide(NO_ASSERTION, {
      type: 'make',
      id: newId(),
      given,
      by,
      now: new Date(),
      keyOf: (kind, key) => this.names.of(kind, key),
      restsOn: basis.markings,
      ...this.rules,
    });
    const stream = streamOf(draft.id);
    return {
      append: [newStream(draft)],
      answer: () => ({ status: 201, body: { id: draft.id, stream, version: 1, entities: this.names.namedBy(draft) } }),
      audit: auditOf([draft], given.purpose, by.viewer),
      alsoWrite: (write) =>
        Promise.all([
          ASSERTION_REFERENCES.keep(
            write,
            organisation,
            reference === undefined ? [] : [{ reference, id: draft.id, content }],
          ),
          keepMade(write, [draft], basis, this.names),
        ]),
    };
  }
}

/** The same reference with the same content is the assertion that is there; with other content it is a mistake. */
function sameAgain({ id, content: before }: KnownReference, content: Buffer): Decided {
  if (!before.equals(content)) throw otherContent();
  const body = { id, stream: streamOf(id), version: 1, duplicate: true };
  return { append: [], answer: () => ({ status: 200, body }), audit: [] };
}

export function otherContent(): Refusal {
  return new Refusal(
    'RuleRefused',
    'reference.other-content',
    'Your organisation has sent something else under this reference; references are never used twice.',
    [{ pointer: '/reference', code: 'reference.other-content', detail: 'stands for another assertion already' }],
  );
}
