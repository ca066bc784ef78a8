import { SettingsRefused, createLogger } from '#runtime';
import { startCommandApi } from './command-api.js';

try {
  await startCommandApi();
} catch (error) {
  const log = createLogger('command-api');
  if (error instanceof SettingsRefused) log.fatal(error.message);
  else log.fatal({ err: error }, 'could not start');
  log.flush(() => process.exit(1));
}
