import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { OrganisationLists } from './organisation-lists.js';
import { OrganisationsController } from './organisations.controller.js';
import { ChangeOrganisationHandler } from './organisations.handler.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({
  imports: [CqrsModule],
  controllers: [OrganisationsController],
  providers: [ChangeOrganisationHandler, OrganisationLists],
})
export class OrganisationsModule {}
