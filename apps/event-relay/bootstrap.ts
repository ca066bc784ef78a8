import { openRelayLog, type LogOptions, type RelayLog } from '#event-log';
import { DatabaseSettings, KafkaSettings, createLogger, readSettings, startHttpApp, type Logger } from '#runtime';
import { RelaySettings } from './relay-settings.js';
import { RelayModule } from './relay.module.js';
import { Relay } from './relay.js';

/** Two loops, the watch, and one to spare for health; never many, the relay does one thing at a time. */
const POOL_SIZE = 4;
const OPEN_AGAIN_MS = 1_000;

/** Starts the relay: reads settings, waits for the log, serves health and figures, and works until it is told to stop. */
export async function startRelay(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const settings = readSettings(
    { relay: RelaySettings, database: DatabaseSettings, kafka: KafkaSettings },
    environment,
  );
  const log = createLogger('event-relay', settings.process.logLevel);
  const relay = await openWhenItAnswers(
    { url: settings.database.url, applicationName: 'event-relay', poolSize: POOL_SIZE },
    log,
  );
  const stop = new AbortController();
  let working: Promise<void> = Promise.resolve();
  const module = RelayModule.with({ relay, kafka: settings.kafka, settings: settings.relay, log });
  const { app } = await startHttpApp(module, settings.process, {
    name: 'event-relay',
    log,
    ready: (nest) => [
      { name: 'log', check: () => relay.log.incarnation() },
      { name: 'relay', check: () => inOrder(nest.get(Relay)) },
    ],
    onClosed: async () => {
      stop.abort();
      await working;
      await relay.log.close();
    },
  });
  working = app.get(Relay).run(stop.signal);
  working.catch((error: unknown) => {
    log.fatal({ err: error }, 'the relay cannot work with this database or these topics; ending');
    log.flush(() => process.exit(1));
  });
}

/** Ready is: at work, or standing by for the one who is. */
function inOrder(relay: Relay): Promise<void> {
  return relay.trouble === undefined ? Promise.resolve() : Promise.reject(relay.trouble);
}

async function openWhenItAnswers(options: LogOptions, log: Logger): Promise<RelayLog> {
  for (;;) {
    try {
      return await openRelayLog(options);
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true) throw error;
      log.warn({ err: error }, 'waiting for the log');
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
    }
  }
}
