import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '#access';
import type { EventLog } from '#event-log';
import type { OidcSettings } from '#runtime';
import { AssertionsModule } from './assertions/assertions.module.js';
import { EntityNames } from './assertions/entity-names.js';
import { LogModule } from './log/log.module.js';
import { OrganisationsModule } from './organisations/organisations.module.js';
import { ParkedModule } from './parked/parked.module.js';

interface Parts {
  log: EventLog;
  oidc: OidcSettings;
  /** Secret behind the public ids of entities, in base64. */
  idKey: string;
}

/** The whole command interface, a module for each feature. The caller opens the log and closes it. */
@Module({})
export class AppModule {
  static with({ log, oidc, idKey }: Parts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        AccessModule.with({ log, oidc }),
        AssertionsModule.with(new EntityNames(idKey)),
        LogModule,
        OrganisationsModule,
        ParkedModule,
      ],
    };
  }
}
