import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DecisionSettings } from '../work-list/decision-settings.js';
import { DiscloseAtOnceHandler, ReviewDisclosureHandler } from './change-disclosure.js';
import { DisclosuresController } from './disclosures.controller.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({})
export class DisclosuresModule {
  static with(settings: DecisionSettings): DynamicModule {
    return {
      module: DisclosuresModule,
      imports: [CqrsModule],
      controllers: [DisclosuresController],
      providers: [{ provide: DecisionSettings, useValue: settings }, DiscloseAtOnceHandler, ReviewDisclosureHandler],
    };
  }
}
