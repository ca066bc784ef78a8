/**
 * The real projector's side: it stands still while a part is brought into Kafka, then drains it. Timed from the moment that it
 * may go on until the positions in the graph say that everything took effect.
 */
import type { KeyObject } from 'node:crypto';
import type { Driver, Integer } from 'neo4j-driver';
import { entityId } from '#identifiers';
import type { EventLog } from '#event-log';
import type { Side } from '../harness/rounds.js';
import type { AppProcess } from '../stack/app-process.js';
import { withPart, type WorkloadPart } from '../workload/reports.js';
import { fillLog, type FilledPart } from './filled-log.js';
import type { GraphRow } from './graph-rows.js';
import type { PartToDigest } from './part-digest.js';

/** Looking costs the server a millisecond: seldom at first, often when the end is near. */
const LOOK_MS = 100;
const LOOK_NEAR_THE_END_MS = 15;
const NEAR_THE_END = 0.92;
const DRAINED_WITHIN_MS = 300_000;

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
      const { positionsAfter, lasts } = filled as FilledPart;
      const start = performance.now();
      app.resume();
      await untilDrained(driver, lasts, positionsAfter, workload.events);
      return { events: workload.events, seconds: (performance.now() - start) / 1000 };
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

async function untilDrained(driver: Driver, lasts: Map<string, number>, after: number, events: number): Promise<void> {
  const until = Date.now() + DRAINED_WITHIN_MS;
  for (;;) {
    const { records } = await driver.executeQuery(
      'MATCH (p:Position) RETURN p.key AS key, p.last AS last',
      {},
      { database: 'neo4j' },
    );
    const reached = new Map(records.map((row) => [row.get('key') as string, (row.get('last') as Integer).toNumber()]));
    const behind = [...lasts].filter(([key, last]) => (reached.get(key) ?? 0) < last);
    if (behind.length === 0) return;
    if (Date.now() > until)
      throw new Error(
        `The projector is behind in ${behind.length} partitions after ${DRAINED_WITHIN_MS / 1000} s; its log says why.`,
      );
    const done = (Math.max(0, ...reached.values()) - after) / events;
    await new Promise((resolve) => setTimeout(resolve, done > NEAR_THE_END ? LOOK_NEAR_THE_END_MS : LOOK_MS));
  }
}
