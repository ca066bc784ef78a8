import type { AuditEntry, Viewer } from '#access';
import type { LogWrites, StreamWrite } from '#event-log';
import type { EventDraft } from '#events';
import { keepDueLinks } from '../categories/due-links.js';
import { keepBasis, type Basis } from './basis.js';
import { combinedBy } from './combining.js';
import type { EntityNames } from './entity-names.js';

/** What new assertions come to beside their events: the same for a single one, for lines of bulk, and for what decides. */

export function streamOf(assertion: string): string {
  return `assertion-${assertion}`;
}

/** Each assertion is a stream of its own. */
export function newStream(draft: EventDraft): StreamWrite {
  return { stream: streamOf(draft.id), expectedVersion: 0, source: draft.actor.organisation, events: [draft] };
}

/** Acts of one purpose. */
export function auditOf(drafts: readonly EventDraft[], purpose: string, viewer: Viewer): AuditEntry[] {
  const combined = [...new Set(drafts.flatMap(combinedBy))];
  const collection: AuditEntry = { act: 'collection', viewer, purpose, ids: drafts.map(({ id }) => id) };
  return combined.length === 0 ? [collection] : [collection, { act: 'combination', viewer, purpose, ids: combined }];
}

/** What they rest on, and whom somebody still has to categorise. */
export function keepMade(
  write: LogWrites,
  drafts: readonly EventDraft[],
  basis: Basis,
  names: EntityNames,
): Promise<unknown> {
  const derived = drafts.map((draft) => ({ stream: streamOf(draft.id), basis: draft.basis }));
  return Promise.all([keepBasis(write, derived, basis), keepDueLinks(write, drafts, names)]);
}
