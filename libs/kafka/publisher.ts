import type { Kafka, Producer } from 'kafkajs';
import { kafkaClient } from './client.js';
import { KafkaUnavailable } from './kafka-unavailable.js';
import { messageOf, type OutgoingRecord } from './record.js';
import type { KafkaAddress } from './settings.js';

/** Records for one topic, in the order in which each partition shall hold them. */
export interface OutgoingTopic {
  kafkaName: string;
  records: readonly OutgoingRecord[];
}

/**
 * Sends batches, one at a time. Nothing rests on an idempotent producer: after a lost reply it may answer "ok" for a batch
 * that it never stored. A batch is sent again, identical, until it is acknowledged; readers drop repeats by position.
 */
export interface Publisher {
  /**
   * One attempt. Throws {@link KafkaUnavailable} when it was not acknowledged; the next attempt then uses a new connection, and the caller sends
   * the identical batch again.
   */
  send(topics: readonly OutgoingTopic[]): Promise<void>;
  close(): Promise<void>;
}

/** The leader may have moved: one look at fresh metadata. More would hide from the caller that Kafka was away. */
const RETRIES = 1;
/** How long Kafka may take to store a batch on all replicas. */
const STORE_TIMEOUT_MS = 30_000;

export function openPublisher(address: KafkaAddress): Publisher {
  return new KafkaPublisher(kafkaClient(address));
}

class KafkaPublisher implements Publisher {
  private producer: Producer | undefined;

  constructor(private readonly kafka: Kafka) {}

  async send(topics: readonly OutgoingTopic[]): Promise<void> {
    try {
      this.producer ??= await this.newProducer();
      await this.producer.sendBatch({
        acks: -1,
        timeout: STORE_TIMEOUT_MS,
        topicMessages: topics.map(({ kafkaName, records }) => ({ topic: kafkaName, messages: records.map(messageOf) })),
      });
    } catch (error) {
      this.discard();
      throw new KafkaUnavailable(error);
    }
  }

  private async newProducer(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: RETRIES },
      // The partition was computed by partitionOf; this also keeps the client from announcing its own choice.
      createPartitioner: () => (args) => args.message.partition ?? 0,
    });
    await producer.connect();
    return producer;
  }

  async close(): Promise<void> {
    await this.producer?.disconnect();
    this.producer = undefined;
  }

  /** Whatever this producer believes about what was stored is worth nothing now. */
  private discard(): void {
    void this.producer?.disconnect().catch(() => undefined);
    this.producer = undefined;
  }
}
