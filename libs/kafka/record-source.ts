import type { Topic } from '#events';
import type { ForeignRecord, TransportRecord } from './record.js';
import type { KafkaSettings } from './settings.js';
import type { TopicName } from './topic-name.js';

/**
 * Records of some topics for one reader, pulled: as long as nobody takes, at most `bufferRecords` wait in memory and nothing
 * more is fetched, while heartbeats go on. Kafka's offsets are a hint where to begin: the reader's own positions decide.
 */
export interface RecordSource {
  /**
   * Up to `limit` records, each partition's in its order; empty when none came within `waitMs`.
   * Returns early as soon as there is at least one.
   */
  take(limit: number, waitMs: number): Promise<Taken>;
  /** Saves where to begin after a restart. A failure is logged and not thrown: it costs repeats, nothing else. */
  commit(applied: readonly PartitionOffset[]): Promise<void>;
  /** For each partition, whether everything that Kafka holds now was taken: reached the end and still behind is a gap. */
  ends(): Promise<PartitionEnd[]>;
  close(): Promise<void>;
}

export interface Taken {
  records: TransportRecord[];
  /** Records that carry no place; never applied, always to be told. */
  foreign: ForeignRecord[];
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
  settings: KafkaSettings;
  /** Consumer group, `<app>.<projection>`. */
  group: string;
  topics: readonly TopicName[];
  /** Records in memory at most; default 10,000. */
  bufferRecords?: number;
  /** A reader that is silent for so long is taken for dead; default 10,000. */
  sessionTimeoutMs?: number;
}

export function openRecordSource(options: RecordSourceOptions): Promise<RecordSource> {
  return Promise.reject(new Error(`no source for ${options.group} yet`));
}
