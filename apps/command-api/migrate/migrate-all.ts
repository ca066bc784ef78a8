import { ACCESS_MIGRATIONS } from '#access';
import { LOG_MIGRATIONS, migrate } from '#event-log';
import { FEED_MIGRATIONS } from '#feeds';
import { COMMAND_MIGRATIONS } from '../migrations/index.js';

/** Brings a database to the schema of this build: the log first, since access and commands refer to its role. */
export function migrateAll(ownerUrl: string): Promise<string[]> {
  return migrate(ownerUrl, [LOG_MIGRATIONS, ACCESS_MIGRATIONS, COMMAND_MIGRATIONS, FEED_MIGRATIONS]);
}
