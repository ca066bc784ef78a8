import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AssertionRules } from '../assertions/assertion-rules.js';
import { EntityNames } from '../assertions/entity-names.js';
import { MakeTogether } from '../assertions/make-together.js';
import { ChangeNetworkHandler } from './change-network.js';
import { NetworksController } from './networks.controller.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({})
export class NetworksModule {
  static with(names: EntityNames, rules: AssertionRules): DynamicModule {
    return {
      module: NetworksModule,
      imports: [CqrsModule],
      controllers: [NetworksController],
      providers: [
        { provide: EntityNames, useValue: names },
        { provide: AssertionRules, useValue: rules },
        MakeTogether,
        ChangeNetworkHandler,
      ],
    };
  }
}
