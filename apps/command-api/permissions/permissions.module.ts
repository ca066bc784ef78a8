import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DecisionSettings } from '../work-list/decision-settings.js';
import { AnswerPermissionHandler, AskPermissionHandler } from './change-permission.js';
import { PermissionsController } from './permissions.controller.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({})
export class PermissionsModule {
  static with(settings: DecisionSettings): DynamicModule {
    return {
      module: PermissionsModule,
      imports: [CqrsModule],
      controllers: [PermissionsController],
      providers: [{ provide: DecisionSettings, useValue: settings }, AskPermissionHandler, AnswerPermissionHandler],
    };
  }
}
