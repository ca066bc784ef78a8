export { KafkaUnavailable } from './kafka-unavailable.js';
export { type NewestRecord } from './newest-records.js';
export { partitionOf } from './partition-of.js';
export { openPublisher, type OutgoingTopic, type Publisher } from './publisher.js';
export type { Taken } from './record-buffer.js';
export {
  openRecordSource,
  type PartitionEnd,
  type PartitionOffset,
  type RecordSource,
  type RecordSourceOptions,
} from './record-source.js';
export type { ForeignRecord, OutgoingRecord, RecordPlace, TransportRecord } from './record.js';
export { kafkaAddress, type KafkaAddress, type KafkaEnvironment, type KafkaLog } from './settings.js';
export { MAX_BATCH_BYTES, TopicDiffers, openTopicAdmin, type TopicAdmin } from './topic-admin.js';
export { FIRST_PARTITIONS, kafkaNameOf, topicNameOf, type TopicName } from './topic-name.js';
