export * from './log.js';
export type { Lease } from './lease.js';
export { createAppLogin, migrate, type MigrationList } from './migrate.js';
export { LOG_MIGRATIONS } from './migrations/index.js';
export { acceptRestoredDatabase, openLog, openRelayLog } from './open-log.js';
export { LogRefusal, type LogRefusalCode } from './refusals.js';
export type { Holder, NewTopic, PartitionLast, RelayLog, Sequenced, UnsentRow } from './relay-log.js';
export { currentTopics } from './topics.js';
