/**
 * The real projector's side: it stands still while a part is brought into Kafka, then drains it. Timed from the moment that it
 * may go on until the positions in the graph say that everything took effect.
 */
import type { KeyObject } from 'node:crypto';
import type { Driver } from 'neo4j-driver';
import { entityId } from '#identifiers';
import type { EventLog } from '#event-log';
import type { Side } from '../harness/rounds.js';
import type { AppProcess } from '../stack/app-process.js';
import { untilDrained } from '../stack/catching-up.js';
import { withPart, type WorkloadPart } from '../workload/reports.js';
import { fillLog, type FilledPart } from './filled-log.js';
import type { GraphRow } from './graph-rows.js';
import type { PartToDigest } from './part-digest.js';

export interface ProjectorParts {
  app: AppProcess;
  log: EventLog;
  driver: Driver;
  secret: KeyObject;
  /** A part that nobody has used. */
  newPart: () => number;
}

export interface ProjectorSide {
  side: Side;
  /** The part of the last round, for its digest. */
  lastPart(): PartToDigest;
}

export function projectorSide(
  { app, log, driver, secret, newPart }: ProjectorParts,
  workload: Omit<WorkloadPart, 'part'>,
  rows: readonly GraphRow[],
): ProjectorSide {
  let part = 0;
  let filled: FilledPart | undefined;
  const side: Side = {
    name: 'projector',
    prepare: async () => {
      part = newPart();
      app.pause();
      filled = await fillLog(log, { ...workload, part });
    },
    run: async () => {
      app.resume();
      await untilDrained(driver, (filled as FilledPart).lasts);
      return { events: workload.events };
    },
  };
  const idOf = ({ kind, key }: GraphRow['subject']): string => entityId(secret, kind, withPart(key, part));
  return {
    side,
    lastPart: () => ({
      subjects: [...new Set(rows.map(({ subject }) => subject))].map(idOf),
      positionsAfter: (filled as FilledPart).positionsAfter,
      events: workload.events,
    }),
  };
}
