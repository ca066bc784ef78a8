import { v7 as uuid } from 'uuid';
import {
  openPublisher,
  openRecordSource,
  openTopicAdmin,
  type KafkaAddress,
  type OutgoingRecord,
  type Publisher,
  type RecordSource,
  type Taken,
  type TopicAdmin,
  type TopicName,
} from '#kafka';
import { STARTUP_MS, testServers, uniquePrefix } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';

const SOON_MS = 60_000;
jest.setTimeout(SOON_MS);
/** In a proof: longer than the session, after which a reader without heartbeats would be dropped from its group. */
const SILENCE_MS = process.env['BREAKWATER_PROOF'] === undefined ? 500 : 8_000;
let address: KafkaAddress;
let admin: TopicAdmin;
let publisher: Publisher;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  const { kafkaBrokers } = await testServers('kafka');
  address = { brokers: kafkaBrokers, clientId: uniquePrefix('kafka-spec') };
  admin = openTopicAdmin(address);
  publisher = openPublisher(address);
  open.push(admin, publisher);
}, STARTUP_MS);

afterAll(async () => {
  for (const each of open.reverse()) await each.close();
});

async function newTopic(partitions: number): Promise<TopicName> {
  const name: TopicName = { topic: 'network.events', generation: 1, kafkaName: uniquePrefix('topic'), partitions };
  expect(await admin.ensure([name])).toEqual([name]);
  return name;
}

function records(partition: number, from: number, to: number): OutgoingRecord[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    position: from + i,
    previous: from + i - 1,
    incarnation: 1,
    id: uuid(),
    type: 'assertion.made',
    stream: `assertion-${uuid()}`,
    partition,
    body: `{"n":${from + i},"text":"ключ"}`,
  }));
}

async function source(topic: TopicName, group: string, bufferRecords?: number): Promise<RecordSource> {
  const opened = await openRecordSource({
    address,
    group,
    topics: [topic],
    sessionTimeoutMs: 6_000,
    ...(bufferRecords === undefined ? {} : { bufferRecords }),
  });
  open.push(opened);
  return opened;
}

async function takeAll(from: RecordSource, count: number): Promise<Taken['records']> {
  const taken: Taken['records'] = [];
  await until(
    `not ${count} records came`,
    async () => {
      taken.push(...(await from.take(1_000, 200)).records);
      return taken.length >= count;
    },
    SOON_MS,
  );
  return taken;
}

describe('a topic', () => {
  it('is made when it is missing and left alone when it is as recorded', async () => {
    const topic = await newTopic(3);
    expect(await admin.ensure([topic])).toEqual([]);
  });

  it('stops the start when it differs from what was recorded', async () => {
    const topic = await newTopic(3);
    await expect(admin.ensure([{ ...topic, partitions: 6 }])).rejects.toMatchObject({
      code: 'topic.differs',
      retriable: false,
      message: expect.stringContaining('has 3 partitions in Kafka and 6 in the log') as string,
    });
  });

  it('shows the newest record of each partition that holds one', async () => {
    const topic = await newTopic(4);
    expect(await admin.newest([topic])).toEqual([]);
    await publisher.send([
      { kafkaName: topic.kafkaName, records: [...records(0, 1, 5), ...records(2, 6, 9), ...records(0, 10, 10)] },
    ]);
    const newest = await admin.newest([topic]);
    expect(newest.map(({ partition, record }) => [partition, record?.position]).sort()).toEqual([
      [0, 10],
      [2, 9],
    ]);
  });
});

describe('records', () => {
  it('arrive in the order of each partition, byte for byte, and only once they were sent', async () => {
    const topic = await newTopic(2);
    const sent = [...records(0, 1, 700), ...records(1, 701, 1_000)];
    await publisher.send([{ kafkaName: topic.kafkaName, records: sent }]);
    const reader = await source(topic, uniquePrefix('group'));
    const taken = await takeAll(reader, 1_000);
    for (const partition of [0, 1]) {
      const expected = sent.filter((record) => record.partition === partition);
      const arrived = taken.filter((record) => record.partition === partition);
      expect(arrived).toEqual(
        expected.map((record, offset) => ({ ...record, topic: topic.topic, generation: 1, offset })),
      );
    }
    expect((await reader.take(10, 1)).records).toEqual([]);
  });

  it('wait in the broker while nobody takes, and the reader keeps its place in the group', async () => {
    const topic = await newTopic(1);
    for (let from = 1; from <= 6_000; from += 1_000)
      await publisher.send([{ kafkaName: topic.kafkaName, records: records(0, from, from + 999) }]);
    const reader = await source(topic, uniquePrefix('group'), 100);
    const silentUntil = Date.now() + SILENCE_MS;
    await until('the silence was not over', () => Date.now() > silentUntil, SOON_MS);
    const taken = await takeAll(reader, 6_000);
    expect(taken.map(({ position }) => position)).toEqual(Array.from({ length: 6_000 }, (_, i) => i + 1));
  });

  it('begin after a restart where the reader said, and from the beginning where its offsets were wiped', async () => {
    const topic = await newTopic(1);
    await publisher.send([{ kafkaName: topic.kafkaName, records: records(0, 1, 10) }]);
    const group = uniquePrefix('group');
    const first = await source(topic, group);
    await takeAll(first, 10);
    expect(await first.ends()).toEqual([{ topic: topic.topic, generation: 1, partition: 0, reached: true }]);
    await first.commit([{ topic: topic.topic, generation: 1, partition: 0, offset: 6 }]);
    await first.close();
    const second = await source(topic, group);
    expect((await takeAll(second, 3)).map(({ position }) => position)).toEqual([8, 9, 10]);
    const wiped = await source(topic, uniquePrefix('group'));
    expect(await wiped.ends()).toMatchObject([{ reached: false }]);
    expect((await takeAll(wiped, 10)).length).toBe(10);
  });

  it('of somebody else are told apart and never handed out as events', async () => {
    const topic = await newTopic(1);
    const stranger = { ...records(0, 1, 1)[0], position: Number.NaN } as OutgoingRecord;
    await publisher.send([{ kafkaName: topic.kafkaName, records: [stranger, ...records(0, 2, 2)] }]);
    const reader = await source(topic, uniquePrefix('group'));
    const taken: Taken = { records: [], foreign: [] };
    await until('the records did not come', async () => {
      const more = await reader.take(10, 200);
      taken.records.push(...more.records);
      taken.foreign.push(...more.foreign);
      return taken.records.length + taken.foreign.length === 2;
    });
    expect(taken.records.map(({ position }) => position)).toEqual([2]);
    expect(taken.foreign).toMatchObject([{ offset: 0, fault: expect.stringContaining('position') as string }]);
  });

  it('are not acknowledged when the topic is gone, and the next attempt uses a new connection', async () => {
    const topic = await newTopic(1);
    await admin.remove(topic.kafkaName);
    await until('the topic did not go', async () => {
      await expect(publisher.send([{ kafkaName: topic.kafkaName, records: records(0, 1, 1) }])).rejects.toMatchObject({
        code: 'kafka.unavailable',
        retriable: true,
      });
      return true;
    });
    await until('the topic was not made again', async () => (await admin.ensure([topic])).length === 1, SOON_MS);
    await publisher.send([{ kafkaName: topic.kafkaName, records: records(0, 1, 1) }]);
    expect((await admin.newest([topic]))[0]?.record?.position).toBe(1);
  });

  it('go on coming when their topic was deleted and made again', async () => {
    const topic = await newTopic(1);
    await publisher.send([{ kafkaName: topic.kafkaName, records: records(0, 1, 20) }]);
    const reader = await source(topic, uniquePrefix('group'));
    await takeAll(reader, 20);
    await admin.remove(topic.kafkaName);
    await until('the topic was not made again', async () => (await admin.ensure([topic])).length === 1, SOON_MS);
    await publisher.send([{ kafkaName: topic.kafkaName, records: records(0, 21, 25) }]);
    expect((await takeAll(reader, 5)).map(({ position }) => position)).toEqual([21, 22, 23, 24, 25]);
    expect(await reader.ends()).toMatchObject([{ reached: true }]);
  });

  it('cannot be read where nothing answers, which is an outage and not a fault', async () => {
    const nobody = { ...address, brokers: ['127.0.0.1:1'] };
    await expect(openRecordSource({ address: nobody, group: 'g', topics: [await newTopic(1)] })).rejects.toMatchObject({
      code: 'kafka.unavailable',
      retriable: true,
    });
  });
});
