import type { LogReads } from '#event-log';

/**
 * Keeps delivering from a feed and taking something back from it apart, each until its transaction ends: shared to deliver, exclusive
 * to take back. Deliveries hinder neither each other nor whoever appends to the feed, which is what fan-out does most of the
 * time. Advisory, because locks on rows that are shared let newcomers in for ever while somebody waits to have the row alone; here
 * whoever waits is next.
 */
const FEEDS = 0x46_45_45_44;
/** The server's table of locks is bounded, so feeds share these: one may be kept waiting by another one's recall. */
const LOCKS = 512;

const TAKE_BACK = `SELECT pg_advisory_xact_lock(${FEEDS}, k) FROM unnest($1::int[]) AS k`;
const DELIVER = `SELECT pg_advisory_xact_lock_shared(${FEEDS}, k) FROM unnest($1::int[]) AS k`;
const DELIVER_IF_FREE = `SELECT k AS lock FROM unnest($1::int[]) AS k WHERE pg_try_advisory_xact_lock_shared(${FEEDS}, k)`;

type On = Pick<LogReads, 'query'>;

const lockOf = (subscriber: number): number => subscriber % LOCKS;

/** In one order, which does not keep two from waiting for each other who call twice. */
const locksOf = (subscribers: Iterable<number>): number[] =>
  [...new Set([...subscribers].map(lockOf))].sort((a, b) => a - b);

/** Waits until nothing is being delivered to these subscribers; from then on nothing is. */
export async function lockToTakeBack(on: On, subscribers: Iterable<number>): Promise<void> {
  const locks = locksOf(subscribers);
  if (locks.length > 0) await on.query(TAKE_BACK, [locks]);
}

/** Waits until nothing is being taken back from this subscriber. Only for who holds no other of these locks. */
export async function lockToDeliver(on: On, subscriber: number): Promise<ReadonlySet<number>> {
  await on.query(DELIVER, [[lockOf(subscriber)]]);
  return new Set([subscriber]);
}

/** Those from which nothing is being taken back, and nobody waits to. Never waits. */
export async function lockThoseFree(on: On, subscribers: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await on.query<{ lock: number }>(DELIVER_IF_FREE, [locksOf(subscribers)]);
  const free = new Set(rows.map(({ lock }) => lock));
  return new Set(subscribers.filter((subscriber) => free.has(lockOf(subscriber))));
}
