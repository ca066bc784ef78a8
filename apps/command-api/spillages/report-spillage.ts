import { actorOf, type AuditEntry, type Viewer } from '#access';
import { ABOVE_OFFICIAL } from '#access';
import type { LogWrites, StreamWrite } from '#event-log';
import { actDraft, bodyOf, ownMarking, type SpillageReported } from '#events';

/** Purpose under which a spillage is recorded: the caller's own is part of what was sent. */
export const SPILLAGE_PURPOSE = 'spillage';

/** The incident that a spillage raises (R7): event, row of the list and audit entry. They say who and where, and nothing of what. */
export interface Spillage {
  write: StreamWrite;
  audit: AuditEntry;
  keep: (write: LogWrites) => Promise<unknown>;
}

export interface SpillageFound {
  id: string;
  viewer: Viewer;
  now: Date;
  /** Route that refused it. */
  where: string;
  /** How many lines of a bulk call. */
  count: number;
}

export function spillageOf({ id, viewer, now, where, count }: SpillageFound): Spillage {
  const { organisation, subject } = viewer;
  const said: SpillageReported = { spillage: id, organisation, subject, where, code: ABOVE_OFFICIAL, count };
  const stream = `spillage-${id}`;
  const actor = actorOf(viewer, viewer.roles[0] ?? 'analyst');
  // That it happened is the affair of the organisation to which it happened.
  const marking = ownMarking(organisation, { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER+STRICT' });
  const event = actDraft({ id, now, purpose: SPILLAGE_PURPOSE, actor }, bodyOf('spillage.reported', said), marking);
  return {
    write: { stream, expectedVersion: 0, source: organisation, events: [event] },
    audit: { act: 'refusal', viewer, purpose: SPILLAGE_PURPOSE, ids: [stream], reason: ABOVE_OFFICIAL },
    keep: (write) =>
      write.query(
        'INSERT INTO spillages (spillage, organisation, subject, "where", code, count) VALUES ($1, $2, $3, $4, $5, $6)',
        [id, organisation, subject, where, ABOVE_OFFICIAL, count],
      ),
  };
}
