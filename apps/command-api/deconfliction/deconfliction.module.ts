import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EntityNames } from '../assertions/entity-names.js';
import { DeclareInterestHandler, StepInterestHandler } from './change-interest.js';
import { DeconflictionController } from './deconfliction.controller.js';

/** Needs AccessModule beside it, which gives the log and the audiences. */
@Module({})
export class DeconflictionModule {
  static with(names: EntityNames): DynamicModule {
    return {
      module: DeconflictionModule,
      imports: [CqrsModule],
      controllers: [DeconflictionController],
      providers: [{ provide: EntityNames, useValue: names }, DeclareInterestHandler, StepInterestHandler],
    };
  }
}
