import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DecisionSettings } from '../work-list/decision-settings.js';
import { ProposeReleaseHandler, StepReleaseHandler } from './change-release.js';
import { ReleasesController } from './releases.controller.js';
import { SetReleaseRuleHandler } from './set-release-rule.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({})
export class ReleasesModule {
  static with(settings: DecisionSettings): DynamicModule {
    return {
      module: ReleasesModule,
      imports: [CqrsModule],
      controllers: [ReleasesController],
      providers: [
        { provide: DecisionSettings, useValue: settings },
        ProposeReleaseHandler,
        StepReleaseHandler,
        SetReleaseRuleHandler,
      ],
    };
  }
}
