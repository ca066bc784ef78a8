import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost, Reflector } from '@nestjs/core';
import type { EventLog } from '#event-log';
import type { OidcSettings } from '#runtime';
import { AccessGuard } from './access-guard.js';
import { AuditEveryAnswer } from './audit-every-answer.js';
import { Audiences } from './audiences.js';
import { Directory } from './directory.js';
import { Standing } from './standing.js';
import { TokenVerifier } from './token-verifier.js';

/** Token of the {@link EventLog} that the app has opened. */
export const EVENT_LOG = Symbol('EventLog');

/**
 * Puts the guard before every route of the app, and gives Directory, Audiences, Standing and EVENT_LOG to all its modules.
 * The app opens the log and closes it; this only uses it.
 */
@Module({})
export class AccessModule {
  static with({ log, oidc }: { log: EventLog; oidc: OidcSettings }): DynamicModule {
    const directory = new Directory(log);
    const verifier = new TokenVerifier(oidc);
    return {
      module: AccessModule,
      global: true,
      providers: [
        { provide: EVENT_LOG, useValue: log },
        { provide: Directory, useValue: directory },
        { provide: Audiences, useValue: new Audiences(log) },
        { provide: Standing, useValue: new Standing(verifier, directory) },
        {
          provide: AuditEveryAnswer,
          inject: [HttpAdapterHost],
          useFactory: (adapters: HttpAdapterHost) => new AuditEveryAnswer(adapters, log),
        },
        {
          provide: APP_GUARD,
          inject: [Reflector],
          useFactory: (reflector: Reflector) => new AccessGuard(reflector, verifier, directory, log),
        },
      ],
      exports: [EVENT_LOG, Directory, Audiences, Standing],
    };
  }
}
