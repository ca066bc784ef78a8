import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG } from '#access';
import type { EventLog } from '#event-log';
import type { Assertor } from '../assertions/assertor.js';
import type { Wanted } from '../assertions/decide-together.js';
import { EntityNames } from '../assertions/entity-names.js';
import { streamOf } from '../assertions/made-together.js';
import { MakeTogether } from '../assertions/make-together.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered } from '../idempotency/once.js';

export class DecideLink extends Command<Answered> {
  constructor(
    readonly by: Assertor,
    readonly call: IdempotentCall,
    readonly wanted: Wanted,
  ) {
    super();
  }
}

@CommandHandler(DecideLink)
export class DecideLinkHandler implements ICommandHandler<DecideLink> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly making: MakeTogether,
    private readonly names: EntityNames,
  ) {}

  execute({ by, call, wanted }: DecideLink): Promise<Answered> {
    const { purpose } = wanted.given;
    return once(this.log, { viewer: by.viewer, call, purpose }, async (read) => {
      const made = await this.making.prepare(read, by, purpose, [wanted]);
      const [draft] = made.drafts as [(typeof made.drafts)[0]];
      const body = { id: draft.id, stream: streamOf(draft.id), version: 1, entities: this.names.namedBy(draft) };
      return { ...made, answer: () => ({ status: 201, body }) };
    });
  }
}
