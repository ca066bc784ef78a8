import type { EventLog, LogReads } from '#event-log';
import { SLOT } from '#feeds';
import { idAfterRevocations } from '../stix/stix-ids.js';
import { modifiedOf } from '../stix/terms.js';
import { IndexRows, type IndexRow, type Revoked } from './index-rows.js';
import { eventsOf, objectsOf, standingOf } from './slot-contents.js';

interface NewSlot {
  sequence: number;
  added: number;
  kind: number;
  position: number;
  ended: number | null;
  /** Sequences that a notice names. */
  named: number[];
  /** Sequences of slots that ended with a notice; empty for others. */
  taken: number[];
  /**
   * Sequences of event slots that came with a notice: what they say anew is not taken back. One that is told once more later has
   * the same cause too, and is none of them.
   */
  instead: number[];
  /** Sequences of the other event slots that stand of the stream of a correction; empty for other notices, which end all of a stream. */
  still: number[];
}

const NEW_SLOTS = `
  SELECT s.sequence, s.added, s.kind, s.position, s.ended, coalesce(to_jsonb(n.sequences), '[]') AS named,
    (SELECT coalesce(jsonb_agg(t.sequence ORDER BY t.sequence), '[]') FROM feed_slots t
      WHERE t.subscriber = s.subscriber AND t.sequence = ANY (n.sequences) AND t.ended = s.position) AS taken,
    (SELECT coalesce(jsonb_agg(i.sequence ORDER BY i.sequence), '[]') FROM feed_slots i
      WHERE n.sequences IS NOT NULL AND i.subscriber = s.subscriber AND i.position = s.position AND i.kind = 1
        AND i.sequence < s.sequence) AS instead,
    (SELECT coalesce(jsonb_agg(o.sequence ORDER BY o.sequence), '[]') FROM feed_slots o
      WHERE n.kind = 'corrected' AND o.subscriber = s.subscriber AND o.kind = 1 AND o.sequence < s.sequence
        AND (o.ended IS NULL OR o.ended > s.position) AND o.position IN (
          SELECT p.position FROM events v JOIN log_positions p ON p.seq = v.seq WHERE v.stream = (
            SELECT c.stream FROM events c WHERE c.seq = (SELECT q.seq FROM log_positions q WHERE q.position = s.position)
          ))) AS still
  FROM feed_slots s
  LEFT JOIN feed_notices n ON n.subscriber = s.subscriber AND n.sequence = s.sequence AND n.kind IN ('recall', 'corrected')
  WHERE s.subscriber = $1 AND s.sequence > $2 ORDER BY s.sequence LIMIT $3`;

const REVOKED = `
  SELECT r.root, r.times, r.last AS sequence, s.ended
  FROM (
    SELECT root, count(*)::int AS times, max(sequence) AS last FROM feed_objects
    WHERE subscriber = $1 AND root = ANY ($2::text[]) GROUP BY root
  ) r
  JOIN feed_slots s ON s.subscriber = $1 AND s.sequence = r.last`;
const LAST_VERSIONS = `
  SELECT id, max(version) AS version FROM feed_objects WHERE subscriber = $1 AND id = ANY ($2::text[]) GROUP BY id`;
const INSERT = `
  INSERT INTO feed_objects (subscriber, added, id, version, sequence, place, root)
  SELECT $1::int, r.added, r.id, r.version, r.sequence, r.place, r.root
  FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::text[])
    AS r (added, id, version, sequence, place, root)`;

/** Slots of one transaction: fan-out waits for this subscriber as long as it lasts. */
const CHUNK = 200;
/** A new collection may have a long past; its first pages do not wait for all of it. */
const AT_ONCE_MS = 2_000;

/**
 * Keeps the list of a collection's objects. It is brought up to date when the collection is asked for: who does not use TAXII
 * costs nothing. It follows from the slots alone, so it does not matter when or by whom.
 */
export class ObjectIndex {
  constructor(private readonly log: EventLog) {}

  /**
   * Takes slots in until the feed's head, or for so long as one request may take for it.
   * @returns whether it has come to the head
   */
  async bringUpToDate(subscriber: number): Promise<boolean> {
    const until = performance.now() + AT_ONCE_MS;
    while (await this.isBehind(subscriber)) {
      if (performance.now() > until) return false;
      if ((await this.advance(subscriber)) === 0) break;
    }
    return true;
  }

  private async isBehind(subscriber: number): Promise<boolean> {
    const [row] = await this.log.query<{ behind: boolean }>(
      `SELECT f.sequence > coalesce((SELECT i.sequence FROM feed_indexed i WHERE i.subscriber = f.subscriber), 0) AS behind
       FROM feed_subscribers f WHERE f.subscriber = $1`,
      [subscriber],
    );
    return row?.behind === true;
  }

  /** How many slots were taken in. */
  private advance(subscriber: number): Promise<number> {
    return this.log.transact(async (on) => {
      await on.query('SELECT FROM feed_subscribers WHERE subscriber = $1 FOR UPDATE', [subscriber]);
      // A statement of its own, so that what it reads is not older than the lock.
      const [done] = await on.query<{ sequence: number }>('SELECT sequence FROM feed_indexed WHERE subscriber = $1', [
        subscriber,
      ]);
      const slots = await on.query<NewSlot>(NEW_SLOTS, [subscriber, done?.sequence ?? 0, CHUNK]);
      const rows = await this.rowsOf(on, subscriber, slots);
      return {
        append: 'nothing',
        afterwards: async (write) => {
          await write.query(INSERT, [
            subscriber,
            rows.map(({ added }) => added),
            rows.map(({ id }) => id),
            rows.map(({ version }) => version),
            rows.map(({ sequence }) => sequence),
            rows.map(({ place }) => place),
            rows.map(({ root }) => root),
          ]);
          await write.query(
            `INSERT INTO feed_indexed (subscriber, sequence) VALUES ($1, $2)
             ON CONFLICT ON CONSTRAINT feed_indexed_subscriber DO UPDATE SET sequence = excluded.sequence`,
            [subscriber, slots.at(-1)?.sequence ?? done?.sequence ?? 0],
          );
          return slots.length;
        },
      };
    });
  }

  private async rowsOf(on: LogReads, subscriber: number, slots: readonly NewSlot[]): Promise<IndexRow[]> {
    const sequences = new Set(
      slots.flatMap(({ sequence, taken, instead, still }) => [sequence, ...taken, ...instead, ...still]),
    );
    const events = await eventsOf(this.log, on, subscriber, [...sequences]);
    const told = new Set(slots.flatMap(({ sequence, kind }) => (kind === SLOT.notice ? [sequence] : [])));
    const said = [...events].filter(([sequence]) => !told.has(sequence));
    const standing = await standingOf(
      (streams) => on.readStreams(streams),
      said.map(([, event]) => event),
    );
    const objects = new Map(said.map(([sequence, event]) => [sequence, objectsOf(event, standing)]));
    const roots = [...new Set([...objects.values()].flatMap((delivery) => delivery.said.map(({ id }) => id)))];
    const ended = await on.query<Revoked['by'] & { root: string; times: number }>(REVOKED, [subscriber, roots]);
    const revoked = new Map<string, Revoked>(ended.map(({ root, times, ...by }) => [root, { times, by }]));
    const ids = roots.flatMap((root) => idsOf(root, revoked.get(root)?.times ?? 0));
    const versions = await on.query<{ id: string; version: number }>(LAST_VERSIONS, [subscriber, ids]);
    const rows = new IndexRows(revoked, new Map(versions.map(({ id, version }) => [id, version])));
    const saidOf = (these: readonly number[]) => these.flatMap((one) => objects.get(one)?.said ?? []);
    for (const { kind, taken, instead, still, ...at } of slots) {
      const { sequence } = at;
      if (kind !== SLOT.notice) rows.event(at, objects.get(sequence)!);
      else if (taken.length > 0) {
        const cause = events.get(sequence)!;
        const standing = still.map((one) => ({ sequence: one, delivery: objects.get(one)! }));
        const about = { taken: saidOf(taken), instead: saidOf(instead), still: standing };
        rows.recall(at, about, modifiedOf(cause.recordedTime));
      }
    }
    return rows.all;
  }
}

/** As which an object stands now, and as which it was revoked last: what a recall may have to name. */
function idsOf(root: string, times: number): string[] {
  return [times, times - 1].filter((count) => count >= 0).map((count) => idAfterRevocations(root, count));
}
