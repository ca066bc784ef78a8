import type { MigrationList } from '#event-log';
import { AccessTables1795305610001 } from './access-tables.migration.js';
import { Agreements1795305610002 } from './agreements.migration.js';
import { MarkingsInForce1795305612001 } from './markings-in-force.migration.js';
import { AuditChain1795305613001 } from './audit-chain.migration.js';
import { Departures1795390000000 } from './departures.migration.js';
import { ServedPlatforms1795330000001 } from './served-platforms.migration.js';

/** To run after those of the log, which make the role that these grant to. */
export const ACCESS_MIGRATIONS: MigrationList = [
  AccessTables1795305610001,
  Agreements1795305610002,
  MarkingsInForce1795305612001,
  AuditChain1795305613001,
  ServedPlatforms1795330000001,
  Departures1795390000000,
];
