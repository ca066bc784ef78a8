import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AgreementList } from './agreement-list.js';
import { AgreementsController } from './agreements.controller.js';
import { ChangeAgreementHandler } from './change-agreement.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({
  imports: [CqrsModule],
  controllers: [AgreementsController],
  providers: [AgreementList, ChangeAgreementHandler],
})
export class AgreementsModule {}
