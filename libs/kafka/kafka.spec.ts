import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { asked, KafkaUnavailable } from './kafka-unavailable.js';
import { partitionOf } from './partition-of.js';
import { RecordBuffer } from './record-buffer.js';
import { messageOf, recordOf, type TransportRecord } from './record.js';
import { FIRST_PARTITIONS, kafkaNameOf } from './topic-name.js';

const NETWORK = { topic: 'network.events', generation: 2, kafkaName: 'network.events.g2', partitions: 12 } as const;

describe('the partition of a stream', () => {
  it('never changes: relay and healing must agree for as long as a topic lives', () => {
    expect(
      ['assertion-00000000-0000-7000-8000-000000000001', 'organisation-01a201f5-b117-77ba-9e6f-85e53c350314', ''].map(
        (stream) => [1, 6, 12, 1_000].map((partitions) => partitionOf(stream, partitions)),
      ),
    ).toEqual([
      [0, 5, 5, 741],
      [0, 4, 10, 6],
      [0, 5, 11, 923],
    ]);
  });

  it('is one of the topic', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1_000 }), (stream, partitions) => {
        const partition = partitionOf(stream, partitions);
        return Number.isInteger(partition) && partition >= 0 && partition < partitions;
      }),
    );
  });

  it('spreads streams made at the same moment, whose ids begin alike', () => {
    const counts = new Array<number>(12).fill(0);
    for (let i = 0; i < 12_000; i++) counts[partitionOf(`assertion-${uuid()}`, 12)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1_200);
  });
});

describe('a record on its way', () => {
  const place = { position: 41, previous: 17, incarnation: 2, id: uuid(), type: 'assertion.made' };

  it('arrives with the place that the relay gave it', () => {
    const stream = `assertion-${uuid()}`;
    const sent = messageOf({ ...place, stream, partition: 3, body: '{"über":"ключ"}' });
    const bytes = (value: unknown): Buffer => Buffer.from(String(value));
    const headers = Object.fromEntries(Object.entries(sent.headers ?? {}).map(([name, value]) => [name, bytes(value)]));
    const arrived = recordOf(NETWORK, 3, {
      key: bytes(sent.key),
      value: bytes(sent.value),
      headers,
      offset: '900',
      timestamp: '0',
      attributes: 0,
    });
    expect(arrived).toEqual({
      ...place,
      topic: 'network.events',
      generation: 2,
      partition: 3,
      offset: 900,
      stream,
      body: '{"über":"ключ"}',
    });
  });

  it.each([
    ['no headers', {}, 'its header "position" is missing or no whole number'],
    ['a position below zero', { position: '-1', previous: '0', incarnation: '1' }, 'its header "position" is missing'],
    ['a previous that is a word', { position: '2', previous: 'x', incarnation: '1' }, 'its header "previous"'],
    [
      'a number too long to be exact',
      { position: '1', previous: '0', incarnation: '99999999999999999' },
      'incarnation',
    ],
  ])('is a fault, and no exception, when somebody else sent it with %s', (_, headers, said) => {
    const message = {
      key: Buffer.from('k'),
      value: Buffer.from('{}'),
      headers,
      offset: '5',
      timestamp: '0',
      attributes: 0,
    };
    expect(recordOf(NETWORK, 0, message)).toEqual({
      topic: 'network.events',
      generation: 2,
      partition: 0,
      offset: 5,
      fault: expect.stringContaining(said) as string,
    });
  });

  it('is a fault when it is a tombstone or has no key', () => {
    const headers = { position: '1', previous: '0', incarnation: '1' };
    const message = { headers, offset: '5', timestamp: '0', attributes: 0 };
    expect(recordOf(NETWORK, 0, { ...message, key: Buffer.from('k'), value: null })).toHaveProperty('fault');
    expect(recordOf(NETWORK, 0, { ...message, key: null, value: Buffer.from('{}') })).toHaveProperty('fault');
  });
});

describe('what was fetched and not yet taken', () => {
  const record = (position: number): TransportRecord => ({ position }) as TransportRecord;

  it('is handed out in order, at most as many as asked for', async () => {
    const buffer = new RecordBuffer(10);
    buffer.put([record(1), record(2), record(3)]);
    expect((await buffer.take(2, 0)).records.map(({ position }) => position)).toEqual([1, 2]);
    expect((await buffer.take(2, 0)).records.map(({ position }) => position)).toEqual([3]);
  });

  it('wakes who waits for the first record, and answers with nothing when the time is over', async () => {
    const buffer = new RecordBuffer(10);
    const waiting = buffer.take(10, 60_000);
    buffer.put([record(1)]);
    expect((await waiting).records).toHaveLength(1);
    expect(await buffer.take(10, 1)).toEqual({ records: [], foreign: [] });
  });

  it('makes room only when something was taken', async () => {
    const buffer = new RecordBuffer(2);
    buffer.put([record(1), record(2)]);
    expect(buffer.full).toBe(true);
    const room = buffer.room(60_000);
    await buffer.take(1, 0);
    await room;
    expect(buffer.full).toBe(false);
  });
});

describe('names and failures', () => {
  it('names a topic by prefix and generation', () => {
    expect(kafkaNameOf('two.', 'network.events', 3)).toBe('two.network.events.g3');
    expect(Object.values(FIRST_PARTITIONS)).toEqual([6, 6, 12, 1]);
  });

  it('takes every failure of the client for an outage, also one that calls itself final', async () => {
    const final = Object.assign(new Error('gave up'), { name: 'KafkaJSNumberOfRetriesExceeded', retriable: false });
    await expect(asked(() => Promise.reject(final))).rejects.toMatchObject({
      code: 'kafka.unavailable',
      retriable: true,
      cause: final,
    });
    await expect(asked(() => Promise.reject(new KafkaUnavailable('x')))).rejects.toMatchObject({ cause: 'x' });
  });
});
