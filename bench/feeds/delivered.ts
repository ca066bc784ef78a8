/** Deliveries by pages, decided by the policy of now, each with its ledger row and its audit entry. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { EventLog } from '#event-log';
import { Deliveries, MAX_DELIVERIES } from '../../apps/partner-feeds/deliveries/deliveries.js';
import type { Side } from '../harness/rounds.js';
import { subscriptionOf } from './feed-log.js';

/** Deliveries of one round. */
const DELIVERED = 20_000;

export function deliveriesSide(log: EventLog, owner: pg.Client): Side {
  const deliveries = new Deliveries(log, randomBytes(32));
  return {
    name: 'deliveries with their ledger',
    prepare: async () => void (await owner.query('TRUNCATE feed_ledger')),
    run: async () => {
      let delivered = 0;
      for (let place = 0; delivered < DELIVERED; place++) {
        const [subscriber] = await log.query<{ subscriber: number; organisation: string }>(
          'SELECT subscriber, organisation FROM feed_subscribers WHERE subscription = $1',
          [subscriptionOf(place)],
        );
        if (subscriber === undefined) break;
        const reader = { ...subscriber, subscription: subscriptionOf(place), reader: 'machine-7' };
        for (let after = 0; delivered < DELIVERED;) {
          const page = await deliveries.read(reader, { after, limit: MAX_DELIVERIES, channel: 'pull' });
          delivered += page.length;
          after = page.at(-1)?.sequence ?? after;
          if (page.length < MAX_DELIVERIES) break;
        }
      }
      return { events: delivered };
    },
  };
}
