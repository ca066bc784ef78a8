import type { Viewer } from '#access';
import { keepCases, type PlatformActs } from '#casework';
import type { LogReads } from '#event-log';
import type { EntityNames } from '../../assertions/entity-names.js';
import type { DecidedLines } from '../../bulk-intake/bulk-intake.js';
import type { Judged } from '../../bulk-intake/judge-lines.js';
import { traced } from '../../traced.js';
import { auditOf } from '../change-removal.js';
import { REMOVAL_REFERENCES } from './reading.js';

/** In the records of those who asked: a platform's own purposes are nothing that an agency has to know. */
export const TELLING = 'platform-answer';

interface Chunk {
  viewer: Viewer;
  names: EntityNames;
  acts: PlatformActs;
  judged: Judged;
  /** In the audit of what was told to those who had asked. */
  reason: string;
}

/** What a chunk of a platform's lines comes to: its acts in one append, whoever was told, and the references that stand for them. */
export async function keptLines(read: LogReads, { viewer, names, acts, judged, reason }: Chunk): Promise<DecidedLines> {
  const writes = traced(await acts.writes(read));
  const told = auditOf(viewer, TELLING, reason, writes).filter(({ act }) => act === 'disclosure');
  return {
    writes,
    outcomes: judged.outcomes,
    audit: [...judged.audit, ...told],
    alsoWrite: (write, appended) =>
      Promise.all([
        keepCases(write, appended, (kind, key) => names.of(kind, key)),
        REMOVAL_REFERENCES.keep(write, viewer.organisation, judged.references),
      ]),
  };
}
