/** Bare kafkajs: a producer that sends records and nothing else, and a consumer that hands each one on as it comes. */
import { Kafka, logLevel } from 'kafkajs';

const TOPIC = 'bench.bare';
const PARTITIONS = 12;
const RECORDS_PER_SEND = 1_000;

process.env['KAFKAJS_NO_PARTITIONER_WARNING'] ??= '1';

const client = (brokers: string[]): Kafka => new Kafka({ brokers, clientId: 'bench-bare', logLevel: logLevel.NOTHING });

export interface BareProducer {
  /** Sends all of them, acknowledged by all replicas, and returns how many. */
  send(records: readonly { stream: string; body: string }[]): Promise<number>;
  close(): Promise<void>;
}

export async function openBareProducer(brokers: string[]): Promise<BareProducer> {
  const kafka = client(brokers);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return {
    send: async (records) => {
      for (let at = 0; at < records.length; at += RECORDS_PER_SEND) {
        const messages = records
          .slice(at, at + RECORDS_PER_SEND)
          .map(({ stream, body }) => ({ key: stream, value: body }));
        await producer.send({ topic: TOPIC, acks: -1, messages });
      }
      return records.length;
    },
    close: () => producer.disconnect(),
  };
}

export interface BareConsumer {
  /** Resolves when the record with this key arrives; ask before it is sent. */
  arrival(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Reads from now on. */
export async function openBareConsumer(brokers: string[]): Promise<BareConsumer> {
  const consumer = client(brokers).consumer({ groupId: `bench-bare-${process.pid}`, maxWaitTimeInMs: 100 });
  const waiting = new Map<string, () => void>();
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: false });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({
    eachMessage: ({ message }) => {
      const key = message.key?.toString() ?? '';
      waiting.get(key)?.();
      waiting.delete(key);
      return Promise.resolve();
    },
  });
  await joined;
  return {
    arrival: (key) => new Promise((resolve) => waiting.set(key, resolve)),
    close: () => consumer.disconnect(),
  };
}
