import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DelegateDutyHandler, RecallDutyHandler } from './change-delegation.js';
import { WorkListController } from './work-list.controller.js';

/** Needs AccessModule beside it, which gives the log and the audiences. */
@Module({
  imports: [CqrsModule],
  controllers: [WorkListController],
  providers: [DelegateDutyHandler, RecallDutyHandler],
})
export class WorkListModule {}
