import type { Logger } from './logging.js';

/** Longest wait for what is under way, in seconds; orchestrators kill after 30. */
const SHUTDOWN_SECONDS = 25;

/**
 * On SIGTERM or SIGINT: close (take nothing new, finish what is under way), then end. A second signal ends at once.
 * What was acknowledged is in PostgreSQL by then, so an abrupt end loses nothing; this only spares the callers an error.
 */
export function closeOnSignals(log: Logger, close: () => Promise<void>, limitSeconds = SHUTDOWN_SECONDS): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(1);
    closing = true;
    log.info({ signal }, 'stopping');
    const limit = setTimeout(() => {
      log.error({ limitSeconds }, 'not everything ended in time; ending now');
      process.exit(1);
    }, limitSeconds * 1000);
    close().then(
      () => {
        clearTimeout(limit);
        log.info('stopped');
        log.flush(() => process.exit(0));
      },
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop cleanly');
        log.flush(() => process.exit(1));
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** A programming error nobody caught leaves a state nobody can trust: say it and end. */
export function endOnUnexpectedErrors(log: Logger): void {
  const end = (error: unknown): void => {
    log.fatal({ err: error }, 'unexpected error; ending');
    log.flush(() => process.exit(1));
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
