import type { Topic } from '#events';

/** An event on its way into the graph, from Kafka or from the log itself. */
export interface ArrivingEvent {
  /** `topic/generation/partition`. */
  partition: string;
  position: number;
  id: string;
  stream: string;
  type: string;
  /** Known from the log; a record of Kafka tells it in its body only. */
  streamVersion?: number;
  body: string;
}

/** A partition of the generation that a topic is in now. */
export interface PartitionPlace {
  key: string;
  topic: Topic;
  generation: number;
  partition: number;
}
