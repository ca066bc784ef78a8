import { Module } from '@nestjs/common';
import { Audiences, EVENT_LOG } from '#access';
import type { EventLog } from '#event-log';
import { LogController } from './log.controller.js';
import { LogReader } from './log-reader.js';

/** Needs AccessModule beside it, which gives log and audiences. */
@Module({
  controllers: [LogController],
  providers: [
    {
      provide: LogReader,
      inject: [EVENT_LOG, Audiences],
      useFactory: (log: EventLog, audiences: Audiences) => new LogReader(log, audiences),
    },
  ],
})
export class LogModule {}
