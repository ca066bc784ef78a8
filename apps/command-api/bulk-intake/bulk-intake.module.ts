import { Module } from '@nestjs/common';
import { EVENT_LOG } from '#access';
import type { EventLog } from '#event-log';
import { BulkIntake } from './bulk-intake.js';
import { BulkReports } from './reports.js';

/** Needs AccessModule beside it, which gives the log. Each feature that takes lines says what a line is and what it comes to. */
@Module({
  providers: [
    { provide: BulkReports, inject: [EVENT_LOG], useFactory: (log: EventLog) => new BulkReports(log) },
    BulkIntake,
  ],
  exports: [BulkIntake, BulkReports],
})
export class BulkIntakeModule {}
