/** Fan-out over a filled log, from the first position to the last, as often as a round wants it. */
import pg from 'pg';
import type { EventLog } from '#event-log';
import { FAN_OUT_LEASE, FanOut } from '../../apps/partner-feeds/fan-out/fan-out.js';
import type { Side } from '../harness/rounds.js';

const RECALL_HOURS = 72;

/** A new one, as after a start: what it learns of the log belongs to its work. */
export function fanOutOf(log: EventLog): FanOut {
  const lease = log.lease(FAN_OUT_LEASE, { holder: 'bench', seconds: 600 });
  return new FanOut({ log, lease, recallHours: RECALL_HOURS });
}

export function fannedSide(name: string, log: EventLog, owner: pg.Client, { after }: { after: number }): Side {
  return {
    name,
    // Back to where all have subscribed and nothing has been said.
    prepare: async () => {
      await owner.query('TRUNCATE feed_slots, feed_notices');
      await owner.query('UPDATE feed_subscribers SET sequence = 0, added = 0');
      await owner.query(
        `UPDATE feed_fanout SET position = $1,
           event = (SELECT e.id FROM log_positions p JOIN events e USING (seq) WHERE p.position = $1)`,
        [after],
      );
    },
    run: async () => {
      await fanOutOf(log).toHead();
      const { rows } = await owner.query<{ slots: number }>('SELECT count(*)::int AS slots FROM feed_slots');
      return { events: rows[0]?.slots ?? 0 };
    },
  };
}
