import { LogRefusal, type LogReads } from '#event-log';
import { caseTime, itemLock, type EntityIdOf } from '../case-act.js';
import { referralFrom } from './evolve.js';
import { referralStream, type KnownReferral } from './referral-state.js';

/** A referral with the locks of its items, and the time read after them. */
export interface LockedReferral {
  state: KnownReferral;
  now: Date;
  /** Public ids of its items, in their order. */
  entities: string[];
  /** Of the locations of its items; needs no key, so that the timekeeper has one. */
  entityIdOf: EntityIdOf;
}

/**
 * Reads a referral that is to meet the platform's record: locks first, then the time, then the stream. Undefined where there is
 * none.
 * @throws LogRefusal `stream.conflict` (retriable) where it was revised between the look for its items and their locks
 */
export async function lockReferral(read: LogReads, referral: string): Promise<LockedReferral | undefined> {
  const before = await placesOf(read, referral);
  await read.lockExclusive(before.map(({ platform, entity }) => itemLock(platform, entity)));
  // In this order on one connection: what stood in the table before and after the stream was read is what the stream says.
  const [now, histories, places] = await Promise.all([
    caseTime(read),
    read.readStreams([referralStream(referral)]),
    placesOf(read, referral),
  ]);
  const state = referralFrom(histories.get(referralStream(referral)) ?? []);
  if (state.status === 'absent') return undefined;
  if (JSON.stringify(places) !== JSON.stringify(before) || places.length !== state.items.length)
    throw new LogRefusal('stream.conflict', 'the referral was revised meanwhile: read it again and decide anew');
  const entities = places.map(({ entity }) => entity);
  const ids = new Map(
    state.items.map(({ location: { kind, key } }, at) => [`${kind}\n${key}`, entities[at] as string]),
  );
  return {
    state,
    now,
    entities,
    entityIdOf: (kind, key) => {
      const id = ids.get(`${kind}\n${key}`);
      if (id === undefined) throw new Error('an entity was asked for that is no item of this referral');
      return id;
    },
  };
}

function placesOf(read: LogReads, referral: string): Promise<{ platform: string; entity: string }[]> {
  return read.query(
    `SELECT r.platform, i.entity FROM referrals r JOIN referral_items i USING (referral)
      WHERE r.referral = $1 ORDER BY i.item`,
    [referral],
  );
}
