import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EVENT_LOG } from '#access';
import type { EventLog } from '#event-log';
import { AssertionRules } from './assertion-rules.js';
import { AssertionsController } from './assertions.controller.js';
import { BulkController } from './bulk/bulk.controller.js';
import { BulkIntake } from './bulk/bulk-intake.js';
import { BulkReports } from './bulk/reports.js';
import { EntityNames } from './entity-names.js';
import { MakeAssertionHandler } from './make-assertion.js';
import { RegradeAssertionHandler } from './regrade-assertion.js';
import { WithdrawAssertionHandler } from './withdraw-assertion.js';

@Module({})
export class AssertionsModule {
  static with(names: EntityNames, rules: AssertionRules): DynamicModule {
    return {
      module: AssertionsModule,
      imports: [CqrsModule],
      controllers: [AssertionsController, BulkController],
      providers: [
        { provide: EntityNames, useValue: names },
        { provide: AssertionRules, useValue: rules },
        { provide: BulkReports, inject: [EVENT_LOG], useFactory: (log: EventLog) => new BulkReports(log) },
        BulkIntake,
        MakeAssertionHandler,
        RegradeAssertionHandler,
        WithdrawAssertionHandler,
      ],
    };
  }
}
