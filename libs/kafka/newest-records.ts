import type { Admin, Kafka } from 'kafkajs';
import { recordOf, type TransportRecord } from './record.js';
import type { TopicName } from './topic-name.js';

/** Longest wait for records that Kafka says it has. */
const LIMIT_MS = 20_000;

export interface NewestRecord {
  topic: TopicName['topic'];
  generation: number;
  partition: number;
  /** Undefined when somebody else sent it. */
  record: TransportRecord | undefined;
}

/**
 * The newest record of each partition that holds one, through a reader of its own that leaves nothing behind.
 * @throws when Kafka does not hand them out in time
 */
export async function newestRecords(
  kafka: Kafka,
  admin: Admin,
  group: string,
  topics: readonly TopicName[],
): Promise<NewestRecord[]> {
  const wanted = await lastOffsets(admin, topics);
  if (wanted.size === 0) return [];
  const byName = new Map(topics.map((topic) => [topic.kafkaName, topic]));
  const found = new Map<string, NewestRecord>();
  const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set([...wanted.values()].map(({ topic }) => topic))] });
    const complete = deferred();
    // At each joining, because the client may need a second one, and then begins where it likes.
    consumer.on(consumer.events.GROUP_JOIN, () => wanted.forEach((seek) => consumer.seek(seek)));
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: wanted.size,
      eachBatch: ({ batch, pause }) => {
        const key = `${batch.topic}/${batch.partition}`;
        const message = batch.messages.at(-1);
        const topic = byName.get(batch.topic);
        const isNewest = message !== undefined && Number(message.offset) >= Number(wanted.get(key)?.offset);
        if (topic !== undefined && isNewest) {
          const record = recordOf(topic, batch.partition, message);
          found.set(key, {
            topic: topic.topic,
            generation: topic.generation,
            partition: batch.partition,
            record: 'fault' in record ? undefined : record,
          });
          pause();
          if (found.size === wanted.size) complete.resolve();
        }
        return Promise.resolve();
      },
    });
    await within(LIMIT_MS, complete.promise, () => `${wanted.size - found.size} of ${wanted.size} newest records`);
    return [...found.values()];
  } finally {
    await consumer.disconnect().catch(() => undefined);
    // A group that stays behind expires by itself; it holds nothing.
    await admin.deleteGroups([group]).catch(() => undefined);
  }
}

async function lastOffsets(
  admin: Admin,
  topics: readonly TopicName[],
): Promise<Map<string, { topic: string; partition: number; offset: string }>> {
  const wanted = new Map<string, { topic: string; partition: number; offset: string }>();
  await Promise.all(
    topics.map(async ({ kafkaName: topic }) => {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
        if (Number(high) > Number(low))
          wanted.set(`${topic}/${partition}`, { topic, partition, offset: `${Number(high) - 1}` });
    }),
  );
  return wanted;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

async function within(limitMs: number, work: Promise<void>, missing: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Kafka did not hand out ${missing()} in ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
