import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AssertionRules } from '../assertions/assertion-rules.js';
import { EntityNames } from '../assertions/entity-names.js';
import { SealedCursors } from '../sealed-cursor.js';
import { MakeTogether } from '../assertions/make-together.js';
import { DecideLinkHandler } from './decide-link.js';
import { LinksController } from './links.controller.js';
import { ReKeyHandler } from './re-key.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({})
export class LinksModule {
  static with(names: EntityNames, rules: AssertionRules, cursors: SealedCursors): DynamicModule {
    return {
      module: LinksModule,
      imports: [CqrsModule],
      controllers: [LinksController],
      providers: [
        { provide: EntityNames, useValue: names },
        { provide: AssertionRules, useValue: rules },
        { provide: SealedCursors, useValue: cursors },
        MakeTogether,
        DecideLinkHandler,
        ReKeyHandler,
      ],
    };
  }
}
