import type { Viewer } from '#access';
import { lockItems, openRemovals, removalStates, type RemovalState } from '#casework';
import type { LogReads } from '#event-log';
import { Refusal } from '#events';
import { References, type KnownReference } from '../../bulk-intake/references.js';
import type { Served } from './pushed.js';

export const REMOVAL_REFERENCES = new References('removal_references', 'removal');

/** @throws {@link Refusal} for members of an organisation that is no platform */
export function refuseOthers({ kind }: Viewer): void {
  if (kind !== 'platform')
    throw new Refusal('Forbidden', 'removal.platforms-only', 'Only a platform says what it removed.');
}

export async function servedBy(read: Pick<LogReads, 'query'>, { organisation }: Viewer): Promise<Served> {
  const [row] = await read.query<{ platforms: string[] | null }>(
    'SELECT platforms FROM organisations WHERE organisation = $1',
    [organisation],
  );
  return row?.platforms ?? null;
}

/** What is known of items and references, kept as it is until the transaction ends. */
export interface Matched {
  known: Map<string, KnownReference>;
  /** Open removals by item. */
  open: Map<string, string>;
  states: Map<string, RemovalState>;
}

/** Locks and reads in two statements but one round trip; only what is matched has a state to be read. */
export async function match(
  read: LogReads,
  { organisation }: Viewer,
  entities: readonly string[],
  references: readonly string[],
): Promise<Matched> {
  const [, known, open] = await Promise.all([
    lockItems(read, organisation, entities),
    REMOVAL_REFERENCES.known(read, organisation, references),
    openRemovals(read, organisation, entities),
  ]);
  return { known, open, states: await removalStates(read, [...open.values()]) };
}
