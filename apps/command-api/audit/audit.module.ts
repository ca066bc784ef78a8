import { Module, type DynamicModule } from '@nestjs/common';
import { EVENT_LOG } from '#access';
import type { EventLog } from '#event-log';
import type { EntityNames } from '../assertions/entity-names.js';
import { AuditController } from './audit.controller.js';
import { AuditReader } from './audit-reader.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({})
export class AuditModule {
  static with(names: EntityNames): DynamicModule {
    return {
      module: AuditModule,
      controllers: [AuditController],
      providers: [
        { provide: AuditReader, inject: [EVENT_LOG], useFactory: (log: EventLog) => new AuditReader(log, names) },
      ],
    };
  }
}
