import type { Topic } from '#events';

/** One generation of a topic, and what it is called in Kafka. */
export interface TopicName {
  topic: Topic;
  generation: number;
  kafkaName: string;
  partitions: number;
}

/** Partitions of a topic's first generation. Another number is a new generation, never a change: keys would move. */
export const FIRST_PARTITIONS: Record<Topic, number> = {
  'referral.events': 6,
  'takedown.events': 6,
  'network.events': 12,
  'organisation.events': 1,
};

/** Name in Kafka. The prefix lets two installations use one cluster. */
export function kafkaNameOf(prefix: string, topic: Topic, generation: number): string {
  return `${prefix}${topic}.g${generation}`;
}

/** A topic as the log recorded it (`EventLog.topics`), in the form that Kafka's side needs. */
export function topicNameOf(record: {
  topic: Topic;
  generation: number;
  kafkaName: string;
  partitions: readonly unknown[];
}): TopicName {
  const { topic, generation, kafkaName, partitions } = record;
  return { topic, generation, kafkaName, partitions: partitions.length };
}
