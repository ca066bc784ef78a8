import { feedViewersNow, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import type { Asked } from './asked.js';
import type { Epoch } from './cursor.js';
import { lockThoseFree, lockToDeliver } from './feed-lock.js';
import { readSlots, type SlotRow } from './slots.js';

const STATES = `
  SELECT f.subscriber, f.epoch, f.epochs, s.state, s.reason
  FROM unnest($1::int[]) AS asked (subscriber)
  JOIN feed_subscribers f USING (subscriber)
  LEFT JOIN subscriptions s USING (subscription)`;

interface StateRow {
  subscriber: number;
  epoch: number;
  epochs: Epoch[];
  state: 'active' | 'paused' | 'ended' | null;
  reason: string | null;
}

/** What deliveries are decided on, all of it read behind the lock. */
export interface Ground {
  /** Subscribers of which nothing can be taken back before the transaction ends. */
  locked: ReadonlySet<number>;
  /** Of each who asks, in their order. */
  slots: readonly SlotRow[][];
  states: ReadonlyMap<number, StateRow>;
  /** What organisations may have, by id; one that has departed is absent. */
  viewers: ReadonlyMap<string, Viewer>;
}

/**
 * Locks and reads. Only who asks for one feed may wait for its lock: fan-out takes its locks as it comes to them, so whoever held some
 * and waited for others could wait for it while it waits for them. And nobody shall wait because of somebody else's recall.
 */
export async function readGround(on: LogReads, asked: readonly Asked[], locking: 'wait' | 'skip'): Promise<Ground> {
  const [first] = asked;
  const subscribers = [...new Set(asked.map(({ subscriber }) => subscriber.subscriber))];
  // They run in this order: each sees what was committed before the lock was had, and epochs are no older than slots.
  const [locked, slots, states, viewers] = await Promise.all([
    locking === 'wait' && first !== undefined && subscribers.length === 1
      ? lockToDeliver(on, first.subscriber.subscriber)
      : lockThoseFree(on, subscribers),
    readSlots(
      on,
      asked.map(({ subscriber: { subscriber }, ...range }) => ({ ...range, subscriber })),
    ),
    on.query<StateRow>(STATES, [subscribers]),
    feedViewersNow(
      on,
      asked.map(({ subscriber }) => subscriber.organisation),
    ),
  ]);
  return {
    locked,
    slots,
    states: new Map(states.map((row) => [row.subscriber, row])),
    viewers,
  };
}

export function epochsOf({ epoch, epochs }: Pick<StateRow, 'epoch' | 'epochs'>): readonly Epoch[] {
  return epochs.length > 0 ? epochs : [{ epoch, after: 0 }];
}
