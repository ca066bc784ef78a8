import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '#access';
import type { EventLog } from '#event-log';
import type { Logger, OidcSettings } from '#runtime';
import type { FeedSettings } from './settings.js';

export interface PartnerFeedsParts {
  log: EventLog;
  logger: Logger;
  oidc: OidcSettings;
  cursorKey: Buffer;
  feedKey: Buffer;
  settings: FeedSettings;
}

@Module({})
export class PartnerFeedsModule {
  static with({ log, oidc }: PartnerFeedsParts): DynamicModule {
    return {
      module: PartnerFeedsModule,
      imports: [AccessModule.with({ log, oidc })],
      controllers: [],
      providers: [],
    };
  }
}
