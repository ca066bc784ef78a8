import fc from 'fast-check';
import { TOPICS, type Topic } from '#events';
import type { EventLog, UnsentRow } from '#event-log';
import { MAX_BATCH_BYTES, partitionOf, type NewestRecord, type OutgoingRecord } from '#kafka';
import { Wake } from '#runtime';
import { otherHistory } from './history.js';
import { advance, composeBatch, lanesOf, type Lane } from './outgoing-batch.js';

const PARTITIONS: Record<Topic, number> = {
  'referral.events': 6,
  'takedown.events': 6,
  'network.events': 3,
  'organisation.events': 1,
};

function lanes(startsAt = 0): Map<Topic, Lane> {
  return lanesOf(
    TOPICS.map((topic) => ({
      topic,
      generation: 1,
      kafkaName: `${topic}.g1`,
      startsAfter: startsAt,
      partitions: Array.from({ length: PARTITIONS[topic] }, (_, partition) => {
        return { partition, firstPrevious: startsAt, lastPosition: startsAt };
      }),
    })),
  );
}

const streams = fc.integer({ min: 0, max: 40 }).map((n) => `assertion-00000000-0000-7000-8000-0000000000${n + 10}`);
const logs = fc
  .array(
    fc.record({ stream: streams, topic: fc.constantFrom(...TOPICS), size: fc.integer({ min: 2, max: 400_000 }) }),
    {
      maxLength: 60,
    },
  )
  .map((events) =>
    events.map(({ stream, topic, size }, i): UnsentRow => {
      return { position: i + 1, stream, topic, type: 'assertion.made', id: `id-${i + 1}`, body: 'x'.repeat(size) };
    }),
  );

/** Everything that is sent when a log is relayed in readings of some size, in order, by topic and partition. */
function relayed(log: readonly UnsentRow[], atOnce: number, startsAt = 0): Map<string, OutgoingRecord[]> {
  const sent = new Map<string, OutgoingRecord[]>();
  const at = lanes(startsAt);
  for (let position = 0; position < log.length;) {
    const batch = composeBatch(log.slice(position, position + atOnce), at, 1);
    for (const { kafkaName, records } of batch.topics)
      for (const record of records) {
        const key = `${kafkaName}/${record.partition}`;
        sent.set(key, [...(sent.get(key) ?? []), record]);
      }
    advance(at, batch);
    position = batch.position;
  }
  return sent;
}

describe('a batch for Kafka', () => {
  it('sends every event once, in order, to the partition of its stream, each naming the one before it', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 99 }), (log, atOnce, start) => {
        const sent = relayed(log, atOnce, start);
        const all = [...sent.values()].flat();
        expect(all.map(({ position }) => position).sort((a, b) => a - b)).toEqual(log.map(({ position }) => position));
        for (const [key, records] of sent) {
          const topic = TOPICS.find((name) => key.startsWith(`${name}.g1/`)) as Topic;
          expect(records.map(({ previous }) => previous)).toEqual([
            start,
            ...records.slice(0, -1).map(({ position }) => position),
          ]);
          for (const record of records) {
            expect(record.partition).toBe(partitionOf(record.stream, PARTITIONS[topic]));
            expect(record.position).toBeGreaterThan(records[records.indexOf(record) - 1]?.position ?? 0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same records whatever was read at once: what is sent again after a crash names the same places', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (log, one, other) => {
        expect(relayed(log, one)).toEqual(relayed(log, other));
      }),
      { numRuns: 40 },
    );
  });

  it('never gives one partition more than Kafka takes, and always at least one event', () => {
    fc.assert(
      fc.property(logs, (log) => {
        fc.pre(log.length > 0);
        const { topics, size } = composeBatch(log, lanes(), 1);
        expect(size).toBeGreaterThan(0);
        const bytes = new Map<string, number>();
        for (const { kafkaName, records } of topics)
          for (const { partition, body } of records) {
            const key = `${kafkaName}/${partition}`;
            bytes.set(key, (bytes.get(key) ?? 0) + body.length + 300);
          }
        expect(Math.max(...bytes.values())).toBeLessThan(MAX_BATCH_BYTES);
      }),
    );
  });

  it('leaves the lanes as they are until it is acknowledged, so that the identical batch can be made again', () => {
    const at = lanes();
    const row = { position: 1, topic: 'organisation.events', type: 'member.removed', id: 'a', body: '{}' } as const;
    const first = composeBatch([{ ...row, stream: 'organisation-1' }], at, 1);
    expect(composeBatch([{ ...row, stream: 'organisation-1' }], at, 1)).toEqual(first);
    advance(at, first);
    expect(at.get('organisation.events')?.lasts).toEqual([1]);
  });
});

describe('the newest records of Kafka', () => {
  const log = (ids: Record<number, string>): Pick<EventLog, 'positions'> => ({
    positions: { eventIdAt: (position: number) => Promise.resolve(ids[position]) } as EventLog['positions'],
  });
  const newest = (position: number, id: string, incarnation: number): NewestRecord => ({
    topic: 'network.events',
    generation: 1,
    partition: 0,
    record: { position, id, incarnation } as NewestRecord['record'],
  });

  it.each([
    ['nothing was ever sent', [], 1, undefined],
    ['the log has the same event there', [newest(2, 'b', 1)], 1, undefined],
    ['the log ends before it', [newest(1, 'a', 1), newest(9, 'x', 1)], 1, 9],
    ['the log has another event there', [newest(2, 'x', 1)], 1, 2],
    ['it belongs to a history that is known to have ended', [newest(9, 'x', 1)], 2, undefined],
    ['it belongs to a later history than the log knows of', [newest(2, 'b', 3)], 2, 2],
    ['somebody else sent it', [{ ...newest(1, 'a', 1), record: undefined }], 1, undefined],
  ])('tell of another history or not: %s', async (_, records, incarnation, witness) => {
    const found = await otherHistory(records, incarnation, log({ 1: 'a', 2: 'b' }));
    expect(found?.position).toBe(witness);
  });
});

describe('a loop that sleeps', () => {
  it('wakes at a ring, also at one that came before it slept, and when it shall end', async () => {
    const wake = new Wake();
    const never = new AbortController();
    wake.ring();
    await wake.sleep(60_000, never.signal);
    const sleeping = wake.sleep(60_000, never.signal);
    wake.ring();
    await sleeping;
    const ending = wake.sleep(60_000, never.signal);
    never.abort();
    await ending;
    await wake.sleep(60_000, never.signal);
  });
});
