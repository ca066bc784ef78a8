import type { TopicRecord } from '#event-log';
import { openRecordSource, type RecordSource, type RecordSourceOptions } from '#kafka';
import { pause } from './session/pause.js';
import type { Source } from './ports.js';

const RETRY_MS = 1_000;

/** Opens the records of some topics; a test may bring its own. */
export type OpenSource = (topics: RecordSourceOptions['topics']) => Promise<RecordSource>;

/**
 * Keeps the records coming: opens the source in the background and again when it cannot be opened, so that a Kafka that does not
 * answer stops nothing (what it should bring is then read from the log).
 */
export class SourceKeeper {
  private source: RecordSource | undefined;
  private readonly ended = new AbortController();
  private readonly opening: Promise<void>;

  constructor(
    private readonly topics: readonly TopicRecord[],
    private readonly open: OpenSource,
    private readonly told: (error: unknown) => void,
  ) {
    const names = topics.map(({ topic, generation, kafkaName, partitions }) => ({
      topic,
      generation,
      kafkaName,
      partitions: partitions.length,
    }));
    this.opening = this.keepOpening(names);
  }

  readonly current: Source = () => this.source;

  reads(topics: readonly TopicRecord[]): boolean {
    const names = (records: readonly TopicRecord[]): string => records.map(({ kafkaName }) => kafkaName).join();
    return names(topics) === names(this.topics);
  }

  async close(): Promise<void> {
    this.ended.abort();
    await this.opening;
    await this.source?.close();
  }

  private async keepOpening(names: RecordSourceOptions['topics']): Promise<void> {
    while (this.source === undefined && !this.ended.signal.aborted) {
      try {
        this.source = await this.open(names);
      } catch (error) {
        this.told(error);
        await pause(RETRY_MS, this.ended.signal);
      }
    }
  }
}

export function kafkaSource(options: Omit<RecordSourceOptions, 'topics'>): OpenSource {
  return (topics) => openRecordSource({ ...options, topics });
}
