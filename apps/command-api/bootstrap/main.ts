import { openLog } from '#event-log';
import { DatabaseSettings, SettingsRefused, createLogger, readSettings } from '#runtime';
import { readBootstrapFile } from '../organisations/bootstrap-file.js';
import { bootstrap } from '../organisations/bootstrap.js';

/** `node dist/apps/command-api/bootstrap/main.js FILE`: names the first organisations and members. Can be run again at any time. */
const log = createLogger('bootstrap');
try {
  const [, , file] = process.argv;
  if (file === undefined) throw new Error('Name the file with organisations and members: bootstrap/main.js FILE');
  const { database } = readSettings({ database: DatabaseSettings });
  const given = await readBootstrapFile(file);
  const events = await openLog({ url: database.url, applicationName: 'bootstrap', poolSize: 2 });
  try {
    const done = await bootstrap(events, given);
    log.info({ ...done }, 'organisations and members are in the log');
  } finally {
    await events.close();
  }
} catch (error) {
  if (error instanceof SettingsRefused) log.fatal(error.message);
  else log.fatal({ err: error }, 'organisations and members could not be brought in');
  process.exitCode = 1;
}
