import { DatabaseOwnerSettings, SettingsRefused, createLogger, readSettings } from '#runtime';
import { migrateAll } from './migrate-all.js';

/** Run as the owner of the tables before the apps of a build start. Idempotent, and safe when two start at once. */
const log = createLogger('migrate');
try {
  const { owner } = readSettings({ owner: DatabaseOwnerSettings });
  const ran = await migrateAll(owner.url);
  log.info({ ran }, ran.length === 0 ? 'the schema is up to date' : 'the schema was brought up to date');
} catch (error) {
  if (error instanceof SettingsRefused) log.fatal(error.message);
  else log.fatal({ err: error }, 'the schema could not be brought up to date');
  process.exitCode = 1;
}
