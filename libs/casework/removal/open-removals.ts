import type { LogReads } from '#event-log';
import { itemLock } from '../case-act.js';
import { removalFrom } from './evolve.js';
import { NO_REMOVAL, removalStream, type RemovalState } from './state.js';

/**
 * Keeps items as they are until the transaction ends. To be called before anything of them is read: lock and read are two
 * statements, or the read would see what was before the lock.
 */
export function lockItems(read: LogReads, platform: string, entities: readonly string[]): Promise<void> {
  return read.lockExclusive(entities.map((entity) => itemLock(platform, entity)));
}

/** The open removal of each item, as far as there is one. Costs a look-up for each item, however many are open. */
export async function openRemovals(
  read: Pick<LogReads, 'query'>,
  platform: string,
  entities: readonly string[],
): Promise<Map<string, string>> {
  if (entities.length === 0) return new Map();
  const rows = await read.query<{ entity: string; removal: string }>(
    // A look-up for each item, by the item alone: asked for both, the database would as soon walk all that a platform has open.
    `SELECT asked.entity, open.removal
       FROM unnest($2::text[]) AS asked (entity), LATERAL (
         SELECT r.removal, r.platform FROM removals r
          WHERE r.entity = asked.entity AND r.state IN ('requested', 'acknowledged', 'needs-information') OFFSET 0
       ) AS open
      WHERE open.platform = $1`,
    [platform, [...new Set(entities)]],
  );
  return new Map(rows.map(({ entity, removal }) => [entity, removal]));
}

/** States of removals by id; those without events are absent. */
export async function removalStates(
  read: Pick<LogReads, 'readStreams'>,
  removals: readonly string[],
): Promise<Map<string, RemovalState>> {
  if (removals.length === 0) return new Map();
  const histories = await read.readStreams(removals.map(removalStream));
  return new Map(removals.map((removal) => [removal, removalFrom(histories.get(removalStream(removal)) ?? [])]));
}

export async function removalState(read: Pick<LogReads, 'readStreams'>, removal: string): Promise<RemovalState> {
  return (await removalStates(read, [removal])).get(removal) ?? NO_REMOVAL;
}
