import type { KeyObject } from 'node:crypto';
import type { Driver } from 'neo4j-driver';
import type { EventLog } from '#event-log';
import type { ProcessorTime } from '../harness/processor-time.js';
import type { AppProcess } from '../stack/app-process.js';

/** All that the comparisons share: the same warm servers and processes. */
export interface Bed {
  app: AppProcess;
  log: EventLog;
  driver: Driver;
  secret: KeyObject;
  newPart: () => number;
  cpu: ProcessorTime;
}
