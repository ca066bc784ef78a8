import type { Actor, EntityKind } from '#events';
import type { LogReads } from '#event-log';

/** Who acts on a case, when, and what for. Ids come in, so that the rules stay pure. */
export interface CaseAct {
  actor: Actor;
  purpose: string;
  /** By the database's clock (see {@link caseTime}): clocks of two sides are compared. */
  now: Date;
  /** A new UUIDv7. */
  newId: () => string;
}

/** Public id of an entity. The timekeeper has no key for it and answers only for the items of the act at hand. */
export type EntityIdOf = (kind: EntityKind, key: string) => string;

/**
 * The time of an act on a case: by the database's clock, in milliseconds, since one process's clock would make another one's
 * deadlines wrong. Read it after the locks: acts on one item then have times in the order of their events.
 */
export async function caseTime(read: Pick<LogReads, 'query'>): Promise<Date> {
  const [row] = await read.query<{ now: string }>('SELECT clock_timestamp() AS now', []);
  // Cut, never rounded: what happened at 59:59.9996 was in time.
  return new Date(`${(row?.now ?? '').slice(0, 23)}Z`);
}

/**
 * Names the lock that keeps acts on one item at one platform apart: joining, deciding, submitting. Taken before anything of
 * the item is read, for all items of an act in one call.
 */
export function itemLock(platform: string, entity: string): string {
  return `case-item\n${platform}\n${entity}`;
}
