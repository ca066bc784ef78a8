import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EntityNames } from '../assertions/entity-names.js';
import { BulkIntakeModule } from '../bulk-intake/bulk-intake.module.js';
import { SealedCursors } from '../sealed-cursor.js';
import { ChangeRemovalHandler } from './change-removal.js';
import { InboxController } from './inbox.controller.js';
import { DecisionIntake } from './push/decision-intake.js';
import { PushIntake } from './push/push-intake.js';
import { PushRemovalHandler } from './push/push-removal.js';
import { PushSettings } from './push/push-settings.js';
import { RemovalsController } from './push/removals.controller.js';
import { UndoBatch } from './push/undo-batch.js';

interface Parts {
  names: EntityNames;
  cursors: SealedCursors;
  push: PushSettings;
}

/** The platform's side. Needs AccessModule beside it, which gives the log. */
@Module({})
export class RemovalsModule {
  static with({ names, cursors, push }: Parts): DynamicModule {
    return {
      module: RemovalsModule,
      imports: [CqrsModule, BulkIntakeModule],
      controllers: [InboxController, RemovalsController],
      providers: [
        { provide: EntityNames, useValue: names },
        { provide: SealedCursors, useValue: cursors },
        { provide: PushSettings, useValue: push },
        ChangeRemovalHandler,
        DecisionIntake,
        PushIntake,
        PushRemovalHandler,
        UndoBatch,
      ],
    };
  }
}
