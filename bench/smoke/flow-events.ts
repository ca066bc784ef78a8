/** The events of a round, read back from the log, and what they mean in the graph. */
import type { EventLog, LoggedRow } from '#event-log';
import { decodeEvent } from '#events';
import { createSecretKey, randomBytes } from 'node:crypto';
import { entityIds } from '../../apps/graph-projector/projections/entity-ids.js';
import { project } from '../../apps/graph-projector/projections/project.js';
import type { GraphRow } from '../projector/graph-rows.js';

const PAGE = 2_000;

export async function eventsAfter(log: EventLog, position: number, count: number): Promise<LoggedRow[]> {
  const rows: LoggedRow[] = [];
  while (rows.length < count) {
    const page = await log.readPositions({ after: position + rows.length, limit: Math.min(PAGE, count - rows.length) });
    if (page.length === 0) throw new Error(`The log ends ${count - rows.length} events before the end of the round.`);
    rows.push(...page);
  }
  return rows;
}

/** Under a secret of its own: the floor writes other entities than the projector. */
export function graphRowsOf(events: readonly LoggedRow[]): GraphRow[] {
  const idOf = entityIds(createSecretKey(randomBytes(32)));
  return events.flatMap(({ position, body }) => {
    const decoded = decodeEvent(body);
    if ('fault' in decoded) throw new Error(`The event at position ${position} cannot be read: ${decoded.fault}.`);
    const projected = project(position, decoded.event, idOf);
    return 'change' in projected ? projected.change.statements : [];
  });
}
