import type { FastifyInstance } from 'fastify';
import { DeconflictionSettings } from '#casework';
import { openLog } from '#event-log';
import { WebhookTargetSettings } from '#feeds';
import {
  DatabaseSettings,
  IdKeySettings,
  OidcSettings,
  readSettings,
  startHttpApp,
  type HttpApp,
  type HttpAppOptions,
} from '#runtime';
import { AppModule } from './app.module.js';
import { AssertionRules } from './assertions/assertion-rules.js';
import { BULK_ROUTES, NDJSON } from './bulk-intake/ndjson.js';
import { PushSettings } from './removals/push/push-settings.js';
import { CommandSettings } from './settings.js';
import { DecisionSettings } from './work-list/decision-settings.js';

const NAME = 'command-api';

/** Starts the app from its environment. @throws SettingsRefused, and what the log refuses to open with */
export async function startCommandApi(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  options: Pick<HttpAppOptions, 'log' | 'ownsProcess'> = {},
): Promise<HttpApp> {
  const settings = readSettings(
    {
      database: DatabaseSettings,
      oidc: OidcSettings,
      idKey: IdKeySettings,
      rules: CommandSettings,
      decisions: DecisionSettings,
      deconfliction: DeconflictionSettings,
      push: PushSettings,
      webhooks: WebhookTargetSettings,
    },
    environment,
  );
  const { url, poolSize } = settings.database;
  const log = await openLog({ url, poolSize, applicationName: NAME });
  try {
    const module = AppModule.with({
      log,
      oidc: settings.oidc,
      idKey: settings.idKey.base64,
      rules: new AssertionRules(settings.rules.categoriseWithinDays, settings.rules.bothConditionsUnderC),
      decisions: settings.decisions,
      deconfliction: settings.deconfliction,
      push: settings.push,
      webhooks: settings.webhooks,
    });
    return await startHttpApp(module, settings.process, {
      name: NAME,
      description: 'Commands: what agencies and platforms say and decide.',
      ready: () => [{ name: 'postgresql', check: () => log.incarnation() }],
      prepare: takeNdjson,
      onClosed: () => log.close(),
      ...options,
    });
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Bulk intake reads its body itself, line by line: nothing of it is ever held whole. */
function takeNdjson(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(NDJSON, (request, payload, done) => {
    const isBulk = (Object.values(BULK_ROUTES) as unknown[]).includes(request.routeOptions.url);
    done(
      isBulk ? null : Object.assign(new Error(NDJSON), { statusCode: 415, code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }),
      payload,
    );
  });
}
