import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import type { Topic } from '#events';
import { kafkaClient } from './client.js';
import { KafkaUnavailable, asked } from './kafka-unavailable.js';
import { recordOf } from './record.js';
import { RecordBuffer, type Taken } from './record-buffer.js';
import type { KafkaAddress } from './settings.js';
import type { TopicName } from './topic-name.js';

/**
 * Records of some topics for one reader, pulled: as long as nobody takes, about `bufferRecords` wait in memory and nothing
 * more is fetched, while heartbeats go on. Kafka's offsets are a hint where to begin: the reader's own positions decide.
 */
export interface RecordSource {
  /**
   * Up to `limit` records, each partition's in its order; returns as soon as there is one, empty after `waitMs`.
   * Throws {@link KafkaUnavailable} when the client gave up for good: open another source.
   */
  take(limit: number, waitMs: number): Promise<Taken>;
  /** Saves where to begin after a restart. A failure is told to the log and not thrown: it costs repeats, nothing else. */
  commit(applied: readonly PartitionOffset[]): Promise<void>;
  /** For each partition, whether everything that Kafka holds now was taken: reached the end and still behind is a gap. */
  ends(): Promise<PartitionEnd[]>;
  close(): Promise<void>;
}

export interface PartitionOffset {
  topic: Topic;
  generation: number;
  partition: number;
  /** Offset of the last record that was applied. */
  offset: number;
}

export interface PartitionEnd {
  topic: Topic;
  generation: number;
  partition: number;
  reached: boolean;
}

export interface RecordSourceOptions {
  address: KafkaAddress;
  /** Consumer group, `<app>.<projection>`. */
  group: string;
  /** They must exist: the relay makes them. */
  topics: readonly TopicName[];
  /** Records in memory, about; default 5,000. */
  bufferRecords?: number;
  /** A reader that is silent for so long is taken for dead; default 10,000. */
  sessionTimeoutMs?: number;
}

const BUFFER_RECORDS = 5_000;
const SESSION_TIMEOUT_MS = 10_000;
/** Longest wait of a fetch for a first byte. A byte that comes is handed out at once. */
const FETCH_WAIT_MS = 500;
/**
 * Of one answer, about 2,000 records. The client turns a whole answer into objects in one go: more would hold up the replies of
 * other stores meanwhile, and what waits in memory outlives the young generation, which makes it dear to clear away.
 */
const BYTES_PER_FETCH = 2_097_152;
const BYTES_PER_PARTITION = 524_288;

/** Joins the group and begins to read. Throws when Kafka does not answer or a topic is missing; later outages are waited out. */
export async function openRecordSource(options: RecordSourceOptions): Promise<RecordSource> {
  const kafka = kafkaClient(options.address);
  const sessionTimeout = options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS;
  const consumer = kafka.consumer({
    groupId: options.group,
    sessionTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / 5),
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytes: BYTES_PER_FETCH,
    maxBytesPerPartition: BYTES_PER_PARTITION,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: () => Promise.resolve(true) },
  });
  const source = new KafkaRecordSource(options, kafka.admin(), consumer, sessionTimeout / 5);
  try {
    await asked(() => source.begin());
  } catch (error) {
    await source.close();
    throw error;
  }
  return source;
}

class KafkaRecordSource implements RecordSource {
  private readonly buffer: RecordBuffer;
  private readonly names: Map<string, TopicName>;
  /** Offset of the last record taken, by `kafkaName/partition`. */
  private readonly taken = new Map<string, number>();
  /** Why the client gave up for good, if it did: it does so in the background and would just fall silent. */
  private gaveUp: Error | undefined;

  constructor(
    private readonly options: RecordSourceOptions,
    private readonly admin: Admin,
    private readonly consumer: Consumer,
    private readonly heartbeatMs: number,
  ) {
    this.buffer = new RecordBuffer(options.bufferRecords ?? BUFFER_RECORDS);
    this.names = new Map(options.topics.map((topic) => [topic.kafkaName, topic]));
  }

  async begin(): Promise<void> {
    this.consumer.on(this.consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.gaveUp = payload.error;
    });
    await this.admin.connect();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.names.keys()], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.receive(payload),
    });
  }

  private async receive({ batch, heartbeat, resolveOffset, isRunning, isStale }: EachBatchPayload): Promise<void> {
    while (this.buffer.full && isRunning()) {
      await this.buffer.room(this.heartbeatMs);
      await heartbeat(); // throws when the group changed; what was not put into the buffer is then fetched again
    }
    const name = this.names.get(batch.topic);
    if (name === undefined || !isRunning() || isStale()) return;
    this.buffer.put(batch.messages.map((message) => recordOf(name, batch.partition, message)));
    resolveOffset(batch.lastOffset());
    await heartbeat();
  }

  async take(limit: number, waitMs: number): Promise<Taken> {
    if (this.gaveUp !== undefined) throw new KafkaUnavailable(this.gaveUp);
    const taken = await this.buffer.take(limit, waitMs);
    for (const { topic, generation, partition, offset } of [...taken.records, ...taken.foreign])
      this.taken.set(`${topic}/${generation}/${partition}`, offset);
    return taken;
  }

  async commit(applied: readonly PartitionOffset[]): Promise<void> {
    const offsets = applied.flatMap(({ topic, generation, partition, offset }) => {
      const name = this.options.topics.find((each) => each.topic === topic && each.generation === generation);
      return name === undefined ? [] : [{ topic: name.kafkaName, partition, offset: `${offset + 1}` }];
    });
    try {
      await this.consumer.commitOffsets(offsets);
    } catch (error) {
      const { message } = error as Error;
      this.options.address.log?.warn({ group: this.options.group, reason: message }, 'offsets were not saved');
    }
  }

  ends(): Promise<PartitionEnd[]> {
    return asked(() => this.askedEnds());
  }

  private async askedEnds(): Promise<PartitionEnd[]> {
    const saved = await this.admin.fetchOffsets({ groupId: this.options.group, topics: [...this.names.keys()] });
    const begun = new Map(
      saved.flatMap(({ topic, partitions }) => partitions.map((p) => [`${topic}/${p.partition}`, Number(p.offset)])),
    );
    const ends = this.options.topics.map(async ({ topic, generation, kafkaName }) => {
      const offsets = await this.admin.fetchTopicOffsets(kafkaName);
      return offsets.map(({ partition, low, high }) => {
        const taken = this.taken.get(`${topic}/${generation}/${partition}`) ?? -1;
        const next = Math.max(taken + 1, begun.get(`${kafkaName}/${partition}`) ?? -1);
        return { topic, generation, partition, reached: high === low || next >= Number(high) };
      });
    });
    return (await Promise.all(ends)).flat();
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.consumer.disconnect(), this.admin.disconnect()]);
  }
}
