import type { Driver } from 'neo4j-driver';
import type pg from 'pg';
import type { EventLog } from '#event-log';
import type { HttpLoad } from '../load/http-load.js';
import type { AppProcess } from '../stack/app-process.js';
import type { Commanding } from '../stack/commanding.js';

/** The whole path, started: servers, the four apps, and bare clients of the three servers beside them. */
export interface Flow {
  commanding: Commanding;
  relay: AppProcess;
  projector: AppProcess;
  queries: AppProcess;
  load: HttpLoad;
  log: EventLog;
  owner: pg.Client;
  ownerUrl: string;
  brokers: string[];
  driver: Driver;
  say: (line: string) => void;
}
