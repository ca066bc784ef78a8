import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AssertionsController } from './assertions.controller.js';
import { EntityNames } from './entity-names.js';
import { MakeAssertionHandler } from './make-assertion.js';
import { WithdrawAssertionHandler } from './withdraw-assertion.js';

@Module({})
export class AssertionsModule {
  static with(names: EntityNames): DynamicModule {
    return {
      module: AssertionsModule,
      imports: [CqrsModule],
      controllers: [AssertionsController],
      providers: [{ provide: EntityNames, useValue: names }, MakeAssertionHandler, WithdrawAssertionHandler],
    };
  }
}
