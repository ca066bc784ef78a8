import type { EventLog, LogOptions } from './log.js';
import { LogRefusal } from './refusals.js';

/** Opens the log, or refuses to start: the schema is missing, or the database is another one than recorded. */
export function openLog(options: LogOptions): Promise<EventLog> {
  return Promise.reject(new LogRefusal('log.unavailable', `the log at ${options.applicationName} cannot be opened yet`));
}
