import { DeconflictionSettings } from '#casework';
import { openLog, type EventLog, type LogOptions } from '#event-log';
import { AuditKeySettings, DatabaseSettings, createLogger, readSettings, startHttpApp, type Logger } from '#runtime';
import { AuditSettings } from './audit/audit-settings.js';
import { NoticeSettings } from './feeds/notice-settings.js';
import { TimekeeperModule } from './timekeeper.module.js';
import { TimekeeperSettings } from './timekeeper-settings.js';
import { Timekeeper } from './timekeeper.js';

/** The lease, health, and a few duties at once: none of them is in a hurry. */
const POOL_SIZE = 5;
const OPEN_AGAIN_MS = 1_000;

/** Starts the timekeeper: reads settings, waits for the log, serves health and figures, and works until it is told to stop. */
export async function startTimekeeper(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const settings = readSettings(
    {
      timekeeper: TimekeeperSettings,
      database: DatabaseSettings,
      audit: AuditSettings,
      auditKey: AuditKeySettings,
      deconfliction: DeconflictionSettings,
      notices: NoticeSettings,
    },
    environment,
  );
  const logger = createLogger('timekeeper', settings.process.logLevel);
  const log = await openWhenItAnswers(
    { url: settings.database.url, applicationName: 'timekeeper', poolSize: POOL_SIZE },
    logger,
  );
  const stop = new AbortController();
  let working: Promise<void> = Promise.resolve();
  const module = TimekeeperModule.with({ log, settings, logger });
  const { app } = await startHttpApp(module, settings.process, {
    name: 'timekeeper',
    log: logger,
    ready: (nest) => [
      { name: 'log', check: () => log.incarnation() },
      { name: 'timekeeper', check: () => inOrder(nest.get(Timekeeper)) },
    ],
    onClosed: async () => {
      stop.abort();
      await working;
      await log.close();
    },
  });
  working = app.get(Timekeeper).run(stop.signal);
  working.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the timekeeper cannot work with this database; ending');
    logger.flush(() => process.exit(1));
  });
}

/** Ready is: at work, or standing by for the one who is. */
function inOrder(timekeeper: Timekeeper): Promise<void> {
  return timekeeper.trouble === undefined ? Promise.resolve() : Promise.reject(timekeeper.trouble);
}

async function openWhenItAnswers(options: LogOptions, logger: Logger): Promise<EventLog> {
  for (;;) {
    try {
      return await openLog(options);
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true) throw error;
      logger.warn({ err: error }, 'waiting for the log');
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
    }
  }
}
