import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { BulkIntakeModule } from '../bulk-intake/bulk-intake.module.js';
import { AssertionRules } from './assertion-rules.js';
import { AssertionsController } from './assertions.controller.js';
import { AssertionIntake } from './bulk/assertion-intake.js';
import { BulkController } from './bulk/bulk.controller.js';
import { EntityNames } from './entity-names.js';
import { MakeAssertionHandler } from './make-assertion.js';
import { RegradeAssertionHandler } from './regrade-assertion.js';
import { WithdrawAssertionHandler } from './withdraw-assertion.js';

@Module({})
export class AssertionsModule {
  static with(names: EntityNames, rules: AssertionRules): DynamicModule {
    return {
      module: AssertionsModule,
      imports: [CqrsModule, BulkIntakeModule],
      controllers: [AssertionsController, BulkController],
      providers: [
        { provide: EntityNames, useValue: names },
        { provide: AssertionRules, useValue: rules },
        AssertionIntake,
        MakeAssertionHandler,
        RegradeAssertionHandler,
        WithdrawAssertionHandler,
      ],
    };
  }
}
