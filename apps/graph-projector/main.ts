import { createLogger, SettingsRefused } from '#runtime';
import { startProjector } from './bootstrap.js';

try {
  await startProjector();
} catch (error) {
  const log = createLogger('graph-projector');
  if (error instanceof SettingsRefused) log.fatal(error.message);
  else log.fatal({ err: error }, 'could not start');
  log.flush(() => process.exit(1));
}
