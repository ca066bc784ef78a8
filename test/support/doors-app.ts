/** A small app with doors for different roles, behind the guard of all apps. */
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { Client } from 'pg';
import { AccessModule, Caller, Purpose, Roles, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { OidcSettings, createLogger, readSettings, startHttpApp, type HttpApp, type Settings } from '#runtime';
import { ORGANISATIONS, PERSONAS, type LocalIssuer } from '../../infra/local/issuer/index.js';

@Controller('v1')
class DoorsController {
  @Get('who')
  @Roles('analyst', 'auditor')
  who(@Caller() viewer: Viewer): Viewer {
    return viewer;
  }

  @Post('admin')
  @Roles('administrator')
  admin(): string {
    return 'in';
  }

  @Get('question')
  @Roles('analyst')
  question(@Purpose() purpose: string): { purpose: string } {
    return { purpose };
  }

  @Get('forgotten')
  forgotten(): string {
    return 'nobody said who may come in';
  }
}

/** Writes the personas' organisations and members as the events of their admission would. */
export async function seedMembers(owner: Client, issuer: string): Promise<void> {
  for (const { organisation, name, kind, groups } of Object.values(ORGANISATIONS))
    await owner.query('INSERT INTO organisations VALUES ($1, $2, $3, $4)', [organisation, name, kind, groups]);
  for (const { name, organisation, roles, compartments } of PERSONAS)
    await owner.query('INSERT INTO members VALUES ($1, $2, $3, $4, $5)', [
      issuer,
      name,
      ORGANISATIONS[organisation].organisation,
      roles,
      compartments,
    ]);
}

export function oidcSettings(issuer: LocalIssuer): Settings<{ oidc: typeof OidcSettings }> {
  return readSettings({ oidc: OidcSettings }, { BREAKWATER_ENV: 'local', ...issuer.env() });
}

export async function startDoors(eventLog: EventLog, issuer: LocalIssuer): Promise<HttpApp> {
  const settings = oidcSettings(issuer);
  @Module({ imports: [AccessModule.with({ log: eventLog, oidc: settings.oidc })], controllers: [DoorsController] })
  class Doors {}
  const log = createLogger('doors', 'silent');
  return await startHttpApp(Doors, settings.process, { name: 'doors', ready: () => [], ownsProcess: false, log });
}
