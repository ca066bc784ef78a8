import type { MigrationList } from '../migrate.js';
import { AppendEvents1795305600002 } from './append-events.migration.js';
import { AppRole1795305600004 } from './app-role.migration.js';
import { LogTables1795305600001 } from './log-tables.migration.js';
import { SequenceEvents1795305600003 } from './sequence-events.migration.js';

export const LOG_MIGRATIONS: MigrationList = [
  LogTables1795305600001,
  AppendEvents1795305600002,
  SequenceEvents1795305600003,
  AppRole1795305600004,
];
