import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG } from '#access';
import type { EventLog } from '#event-log';
import type { Answered } from '../idempotency/once.js';
import { changeOrganisation, type OrganisationCall } from './change-organisation.js';
import type { OrganisationCommand } from './organisation.js';

export class ChangeOrganisation extends Command<Answered> {
  constructor(
    readonly caller: OrganisationCall,
    readonly command: OrganisationCommand,
  ) {
    super();
  }
}

@CommandHandler(ChangeOrganisation)
export class ChangeOrganisationHandler implements ICommandHandler<ChangeOrganisation> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute({ caller, command }: ChangeOrganisation): Promise<Answered> {
    return changeOrganisation(this.log, caller, command);
  }
}
