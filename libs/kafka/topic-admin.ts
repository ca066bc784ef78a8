import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { kafkaClient } from './client.js';
import { asked } from './kafka-unavailable.js';
import { newestRecords, type NewestRecord } from './newest-records.js';
import type { KafkaAddress } from './settings.js';
import type { TopicName } from './topic-name.js';

/** A topic that is not as recorded. No retry helps: keys would fall into other partitions, and order would be lost. */
export class TopicDiffers extends Error {
  readonly code = 'topic.differs';
  readonly kind = 'Unavailable';
  readonly retriable = false;

  constructor(topic: TopicName, actual: number) {
    super(
      `topic ${topic.kafkaName} has ${actual} partitions in Kafka and ${topic.partitions} in the log's record. ` +
        'Put it back as it was, or ask for a new generation of the topic with the number you want.',
    );
    this.name = 'TopicDiffers';
  }
}

/** A batch of records in one partition must stay below this, and kafkajs makes one batch of all that it is given for one. */
export const MAX_BATCH_BYTES = 1_048_588;
/** Kafka is transport: whoever is away longer fills the gap from the log. */
const RETENTION_MS = 7 * 24 * 3_600_000;
/** How long a topic may take to appear after it was made, and how often to look. */
const APPEARS_MS = 20_000;
const LOOK_MS = 100;
/** What the brokers say of a topic for a moment after it was made. */
const NOT_YET = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION'];

/** Makes and looks at topics. */
export interface TopicAdmin {
  /** Makes the topics that are missing and answers with them. @throws {@link TopicDiffers} */
  ensure(topics: readonly TopicName[]): Promise<TopicName[]>;
  /** The newest record of each partition that holds one. */
  newest(topics: readonly TopicName[]): Promise<NewestRecord[]>;
  /** Removes a topic of an old generation; a topic that is missing is no fault. */
  remove(kafkaName: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens it; every call waits for Kafka no longer than the client's few retries and then throws {@link KafkaUnavailable}. */
export function openTopicAdmin(address: KafkaAddress): TopicAdmin {
  return new KafkaTopicAdmin(kafkaClient(address), address.clientId);
}

class KafkaTopicAdmin implements TopicAdmin {
  private admin: Admin | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly clientId: string,
  ) {}

  ensure(topics: readonly TopicName[]): Promise<TopicName[]> {
    return this.ask(async (admin) => {
      const present = new Set(await admin.listTopics());
      const missing = topics.filter((topic) => !present.has(topic.kafkaName));
      if (missing.length > 0) await make(admin, missing);
      if (topics.length > 0) await compare(admin, topics);
      for (const { kafkaName } of missing) await appearing(() => admin.fetchTopicOffsets(kafkaName));
      return missing;
    });
  }

  newest(topics: readonly TopicName[]): Promise<NewestRecord[]> {
    const group = `${this.clientId}.newest.${randomUUID()}`;
    return this.ask((admin) => newestRecords(this.kafka, admin, group, topics));
  }

  remove(kafkaName: string): Promise<void> {
    return this.ask(async (admin) => {
      if ((await admin.listTopics()).includes(kafkaName)) await admin.deleteTopics({ topics: [kafkaName] });
    });
  }

  async close(): Promise<void> {
    await this.admin?.disconnect();
    this.admin = undefined;
  }

  /**
   * After a failure the next question is asked by a new client: the old one asks for every topic that it ever met whenever
   * it asks for anything, and one that was deleted would fail all of its questions.
   */
  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      return await asked(async () => question(await this.connected()));
    } catch (error) {
      void this.admin?.disconnect().catch(() => undefined);
      this.admin = undefined;
      throw error;
    }
  }

  private async connected(): Promise<Admin> {
    if (this.admin === undefined) {
      const admin = this.kafka.admin();
      await admin.connect();
      this.admin = admin;
    }
    return this.admin;
  }
}

async function make(admin: Admin, topics: readonly TopicName[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false, // it gives up after a few looks; `appearing` does not
    topics: topics.map((topic) => ({
      topic: topic.kafkaName,
      numPartitions: topic.partitions,
      replicationFactor: -1, // as the broker's operator decided
      configEntries: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: `${RETENTION_MS}` },
        { name: 'max.message.bytes', value: `${MAX_BATCH_BYTES}` },
      ],
    })),
  });
}

async function compare(admin: Admin, topics: readonly TopicName[]): Promise<void> {
  const names = topics.map((topic) => topic.kafkaName);
  const { topics: described } = await appearing(() => admin.fetchTopicMetadata({ topics: names }));
  for (const topic of topics) {
    const actual = described.find(({ name }) => name === topic.kafkaName)?.partitions.length ?? 0;
    if (actual !== topic.partitions) throw new TopicDiffers(topic, actual);
  }
}

/** Asks again while the brokers do not know a topic yet that was just made. */
async function appearing<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = APPEARS_MS; ; left -= LOOK_MS) {
    try {
      return await ask();
    } catch (error) {
      const { type } = error as { type?: string };
      if (left <= 0 || type === undefined || !NOT_YET.includes(type)) throw error;
    }
    await pause(LOOK_MS);
  }
}
