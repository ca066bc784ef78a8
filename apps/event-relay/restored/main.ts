import { acceptRestoredDatabase } from '#event-log';
import { DatabaseOwnerSettings, readSettings } from '#runtime';

/**
 * The restore command: after PostgreSQL was restored or failed over, with the applications stopped. Opens a new incarnation
 * of the log, so that every reader notices that it is another history.
 *
 *     DATABASE_OWNER_URL=postgresql://... node dist/apps/event-relay/restored/main.js
 */
try {
  const { owner } = readSettings({ owner: DatabaseOwnerSettings });
  const incarnation = await acceptRestoredDatabase(owner.url);
  console.log(`The log stands in incarnation ${incarnation}. Start the applications; the graph is to be rebuilt.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
