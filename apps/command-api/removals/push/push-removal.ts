import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type Viewer } from '#access';
import { PlatformActs, keepCases } from '#casework';
import type { EventLog, LogReads } from '#event-log';
import { newId } from '#runtime';
import { EntityNames } from '../../assertions/entity-names.js';
import type { IdempotentCall } from '../../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../../idempotency/once.js';
import { auditOf, caseAct } from '../change-removal.js';
import { contentOf, otherContent, type PushGiven } from './push-form.js';
import { locatePush, push } from './pushed.js';
import { REMOVAL_REFERENCES, match, refuseOthers, servedBy } from './reading.js';

export class PushRemoval extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly given: PushGiven,
  ) {
    super();
  }
}

/** One removal that a platform says of its own accord. */
@CommandHandler(PushRemoval)
export class PushRemovalHandler implements ICommandHandler<PushRemoval> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
  ) {}

  execute(command: PushRemoval): Promise<Answered> {
    const { viewer, call, given } = command;
    return once(this.log, { viewer, call, purpose: given.purpose }, (read) => this.decided(read, viewer, given));
  }

  private async decided(read: LogReads, viewer: Viewer, given: PushGiven): Promise<Decided> {
    refuseOthers(viewer);
    const located = locatePush(given, await servedBy(read, viewer));
    const entity = this.names.of(located.location.kind, located.location.key);
    const { reference, purpose } = given;
    const { known, open, states } = await match(read, viewer, [entity], reference === undefined ? [] : [reference]);
    const content = contentOf(given);
    const before = known.get(reference ?? '');
    if (before !== undefined) {
      if (!before.content.equals(content)) throw otherContent();
      return { append: [], answer: () => ({ status: 200, body: { removal: before.id, duplicate: true } }), audit: [] };
    }
    const acts = new PlatformActs(states, await caseAct(read, viewer, purpose));
    const pushed = push({ given, located, entity }, { viewer, open, acts, newId });
    const writes = await acts.writes(read);
    return {
      append: writes,
      answer: () => ({ status: 201, body: pushed }),
      audit: auditOf(viewer, purpose, 'removal.push', writes),
      alsoWrite: (write, appended) =>
        Promise.all([
          keepCases(write, appended, (kind, key) => this.names.of(kind, key)),
          REMOVAL_REFERENCES.keep(
            write,
            viewer.organisation,
            reference === undefined ? [] : [{ reference, id: pushed.removal, content }],
          ),
        ]),
    };
  }
}
