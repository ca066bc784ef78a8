export { partitionOf } from './partition-of.js';
export type { ForeignRecord, OutgoingRecord, RecordPlace, TransportRecord } from './record.js';
export {
  openRecordSource,
  type PartitionEnd,
  type PartitionOffset,
  type RecordSource,
  type RecordSourceOptions,
  type Taken,
} from './record-source.js';
export type { KafkaLog, KafkaSettings } from './settings.js';
export { FIRST_PARTITIONS, kafkaNameOf, type TopicName } from './topic-name.js';
