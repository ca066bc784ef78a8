import type { MigrationList } from '#event-log';
import { DatesTold1795390200001 } from './dates-told.migration.js';
import { Feeds1795390000001 } from './feeds.migration.js';
import { FeedObjectsAnew1795390400001 } from './feed-objects-anew.migration.js';
import { FeedObjects1795390300001 } from './feed-objects.migration.js';
import { Partings1795390500001 } from './partings.migration.js';
import { Webhooks1795390100001 } from './webhooks.migration.js';

/** In order, after those of access; a migration that has run anywhere is never edited. */
export const FEED_MIGRATIONS: MigrationList = [
  Feeds1795390000001,
  Webhooks1795390100001,
  DatesTold1795390200001,
  FeedObjects1795390300001,
  FeedObjectsAnew1795390400001,
  Partings1795390500001,
];
