import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type AuditEntry, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import type { EntityRef, EventDraft } from '#events';
import { newId } from '#runtime';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import type { KnownReference } from '../bulk-intake/references.js';
import { Refusal } from '../refusal.js';
import { keepDueLinks } from '../categories/due-links.js';
import { decide } from './assertion.js';
import { AssertionRules } from './assertion-rules.js';
import { NO_ASSERTION } from './assertion-state.js';
import type { Assertor } from './assertor.js';
import { basisOf, keepBasis } from './basis.js';
import { combinedBy } from './combining.js';
import { EntityNames } from './entity-names.js';
import type { AssertionGiven } from './given.js';
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
      append: [{ stream, expectedVersion: 0, source: organisation, events: [draft] }],
      answer: () => ({ status: 201, body: { id: draft.id, stream, version: 1, entities: this.entitiesOf(draft) } }),
      audit: auditOf(draft, by.viewer),
      alsoWrite: (write) =>
        Promise.all([
          ASSERTION_REFERENCES.keep(
            write,
            organisation,
            reference === undefined ? [] : [{ reference, id: draft.id, content }],
          ),
          keepBasis(write, [{ stream, basis: draft.basis }], basis),
          keepDueLinks(write, [draft], this.names),
        ]),
    };
  }

  /** Public ids of what it names, in the order of the request, so that the caller can ask about them without sending them again. */
  private entitiesOf({ body }: EventDraft): { kind: string; id: string }[] {
    const { subject, statements } = body.data as { subject: EntityRef; statements: { object?: EntityRef }[] };
    const named = [subject, ...statements.flatMap(({ object }) => (object === undefined ? [] : [object]))];
    return named.map(({ kind, key }) => ({ kind, id: this.names.of(kind, key) }));
  }
}

function auditOf(draft: EventDraft, viewer: Viewer): AuditEntry[] {
  const combined = combinedBy(draft);
  const { id, purpose } = draft;
  const collection: AuditEntry = { act: 'collection', viewer, purpose, ids: [id] };
  return combined.length === 0 ? [collection] : [collection, { act: 'combination', viewer, purpose, ids: combined }];
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

export function streamOf(assertion: string): string {
  return `assertion-${assertion}`;
}
