import { partitionOf, type TransportRecord } from '#kafka';
import type { LoggedRow, TopicRecord } from '#event-log';
import { positionKey } from '#graph';
import type { ArrivingEvent, PartitionPlace } from './arriving.js';

/**
 * What to do with a record:
 * `next` follows the last one taken; `repeat` was taken before; `gap` shows that something before it is missing; `held` must
 * wait until its partition has been healed, and is then read from the log; `elsewhere` belongs to no partition that we read.
 */
export type Verdict = 'next' | 'repeat' | 'gap' | 'held' | 'elsewhere';

interface Healing {
  /** Up to which position; grows when Kafka shows later ones. */
  upTo: number;
  /** How far the log was read for it. */
  read: number;
}

interface Progress extends PartitionPlace {
  /** Position of the last event taken, in order and without a hole. */
  taken: number;
  healing: Healing | undefined;
}

type HealingProgress = Progress & { healing: Healing };

/** A range of the log that has to be read, and its topics. */
export interface ReadRange {
  after: number;
  upTo: number;
  topics: PartitionPlace['topic'][];
}

/**
 * Keeps each partition's order gap-proof: every record names the position of the one sent before it, and only the one that
 * follows what was taken is taken. It decides and remembers, and knows neither Kafka nor the graph.
 */
export class Intake {
  private readonly partitions = new Map<string, Progress>();
  private readonly counts = new Map<string, { generation: number; partitions: number }>();

  /** `last` gives the position at which each partition stands in the graph. */
  constructor(
    topics: readonly Pick<TopicRecord, 'topic' | 'generation' | 'partitions'>[],
    last: (key: string) => number,
  ) {
    for (const { topic, generation, partitions } of topics) {
      this.counts.set(topic, { generation, partitions: partitions.length });
      for (const { partition } of partitions) {
        const key = positionKey(topic, generation, partition);
        this.partitions.set(key, { key, topic, generation, partition, taken: last(key), healing: undefined });
      }
    }
  }

  /** Decides on a record, and remembers it when it is the next. */
  offer(
    { topic, generation, partition, position, previous }: TransportRecord,
    key = positionKey(topic, generation, partition),
  ): Verdict {
    const progress = this.partitions.get(key);
    if (progress === undefined) return 'elsewhere';
    if (position <= progress.taken) return 'repeat';
    if (progress.healing !== undefined) {
      progress.healing.upTo = Math.max(progress.healing.upTo, position);
      return 'held';
    }
    if (previous !== progress.taken) {
      progress.healing = { upTo: position, read: progress.taken };
      return 'gap';
    }
    progress.taken = position;
    return 'next';
  }

  /** Heals a partition up to a position that the log has for certain. Returns whether anything is missing. */
  heal(key: string, upTo: number): boolean {
    const progress = this.partitions.get(key);
    if (progress === undefined || progress.taken >= upTo) return false;
    progress.healing ??= { upTo, read: progress.taken };
    progress.healing.upTo = Math.max(progress.healing.upTo, upTo);
    return true;
  }

  taken(key: string): number {
    return this.partitions.get(key)?.taken ?? 0;
  }

  isHealing(key: string): boolean {
    return this.partitions.get(key)?.healing !== undefined;
  }

  places(): readonly PartitionPlace[] {
    return [...this.partitions.values()];
  }

  /** What has to be read from the log next; undefined when nothing is being healed. */
  toRead(): ReadRange | undefined {
    const ranges = this.healing().map(({ topic, healing }) => ({ topic, ...healing }));
    if (ranges.length === 0) return undefined;
    return {
      after: Math.min(...ranges.map(({ read }) => read)),
      upTo: Math.max(...ranges.map(({ upTo }) => upTo)),
      topics: [...new Set(ranges.map(({ topic }) => topic))],
    };
  }

  /**
   * Takes what was read of the log, all of `after` < position <= `upTo`: the events that the healing partitions miss. A
   * partition that has reached its end takes Kafka's records again: the next one follows, as the log has all that Kafka showed.
   * `passed` are partitions that ended at a position which is no event of theirs (where their generation begins).
   */
  takeRead(rows: readonly LoggedRow[], after: number, upTo: number): { events: ArrivingEvent[]; passed: Passed[] } {
    const events: ArrivingEvent[] = [];
    for (const { position, topic, stream, streamVersion, id, type, body } of rows) {
      const progress = this.partitionOf(topic, stream);
      if (progress?.healing === undefined || progress.healing.read < after) continue; // it began while this was being read
      if (position <= progress.taken || position > progress.healing.upTo) continue;
      progress.taken = position;
      events.push({ partition: progress.key, position, id, stream, streamVersion, type, body });
    }
    return { events, passed: this.healing().flatMap((progress) => endOf(progress, after, upTo)) };
  }

  private healing(): HealingProgress[] {
    return [...this.partitions.values()].filter((each): each is HealingProgress => each.healing !== undefined);
  }

  /** Key of the partition that a stream's events travel in now. */
  partitionKeyOf(topic: string, stream: string): string | undefined {
    return this.partitionOf(topic, stream)?.key;
  }

  private partitionOf(topic: string, stream: string): Progress | undefined {
    const count = this.counts.get(topic);
    if (count === undefined) return undefined;
    return this.partitions.get(positionKey(topic, count.generation, partitionOf(stream, count.partitions)));
  }
}

export interface Passed {
  partition: string;
  position: number;
}

/** Notes how far a healing partition was read, and ends its healing where all of it was. */
function endOf(progress: Progress, after: number, upTo: number): Passed[] {
  const { healing } = progress;
  if (healing === undefined || healing.read < after) return [];
  healing.read = Math.max(healing.read, upTo);
  if (healing.read < healing.upTo) return [];
  progress.healing = undefined;
  if (progress.taken === healing.upTo) return [];
  progress.taken = healing.upTo;
  return [{ partition: progress.key, position: healing.upTo }];
}
