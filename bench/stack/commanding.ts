/** The command interface with a caller who may use it: members brought in, tokens given, the app started. */
import { openLog } from '#event-log';
import type { LocalServers } from '../../infra/local/index.js';
import { startIssuer } from '../../infra/local/issuer/index.js';
import { bootstrap, type Bootstrap } from '../../apps/command-api/organisations/bootstrap.js';
import { startApp, type AppProcess } from './app-process.js';

export const IN_FLIGHT = 16;
const PERSONA = 'coastal-analyst';
/** Longer than any benchmark. */
const TOKEN_SECONDS = 7_200;

export interface Commanding {
  app: AppProcess;
  token: string;
  /** Settings of whoever else checks tokens. */
  issuerEnv: Record<string, string>;
  stop(): Promise<void>;
}

export async function startCommanding(
  servers: LocalServers,
  appUrl: string,
  idKey: Buffer,
  { persona = PERSONA, settings = {} }: { persona?: string; settings?: Record<string, string> } = {},
): Promise<Commanding> {
  const issuer = await startIssuer({ dataDir: servers.dataDir });
  const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 2 });
  await bootstrap(log, issuer.bootstrap() as Bootstrap);
  await log.close();
  const app = await startApp('command-api', {
    DATABASE_URL: appUrl,
    DATABASE_POOL_SIZE: String(IN_FLIGHT),
    BREAKWATER_ID_KEY: idKey.toString('base64'),
    ...issuer.env(),
    ...settings,
  });
  return {
    app,
    token: await issuer.tokenFor(persona, { seconds: TOKEN_SECONDS }),
    issuerEnv: issuer.env(),
    stop: async () => {
      await app.stop();
      await issuer.stop();
    },
  };
}
