import { PlainEventCodec, TOPICS, type Topic } from '#events';
import type { LoggedRow, TopicRecord } from '#event-log';
import { partitionOf, type TransportRecord } from '#kafka';
import type { ProjectorLog } from '../../../apps/graph-projector/ports.js';

/** Partitions by topic. Few, so that small histories meet in them. */
export type PartitionCounts = Partial<Record<Topic, number>>;

/**
 * A log in memory with the relay's part of the work: dense positions, and for each record the one sent before it to the same
 * partition. For simulations of many histories; flows use the real one.
 */
export class SimulatedLog implements ProjectorLog {
  readonly rows: LoggedRow[] = [];
  /** Positions that the relay has sent. */
  published = 0;
  history = 1;
  private readonly sent = new Map<string, TransportRecord[]>();
  private readonly codec = new PlainEventCodec();
  private readonly generations = new Map<Topic, { generation: number; partitions: number; startsAfter: number }[]>();

  constructor(counts: PartitionCounts = {}) {
    for (const topic of TOPICS)
      this.generations.set(topic, [{ generation: 1, partitions: counts[topic] ?? 1, startsAfter: 0 }]);
  }

  add(row: Omit<LoggedRow, 'position' | 'incarnation' | 'givenAt'>): LoggedRow {
    const logged = {
      ...row,
      position: this.rows.length + 1,
      incarnation: this.history,
      givenAt: '2026-03-09T21:15:00.000000Z',
    };
    this.rows.push(logged);
    return logged;
  }

  /** Sends what was not sent yet, and gives each partition's records in order, as a reader finds them there. */
  publish(): Map<string, TransportRecord[]> {
    for (const row of this.rows.slice(this.published)) this.send(row);
    this.published = this.rows.length;
    return this.sent;
  }

  private send({ position, id, type, stream, body, topic }: LoggedRow): void {
    const { generation, partitions, startsAfter } = this.generationAt(topic, position);
    const partition = partitionOf(stream, partitions);
    const key = `${topic}/${generation}/${partition}`;
    const records = this.sent.get(key) ?? [];
    const previous = records.at(-1)?.position ?? startsAfter;
    const place = { topic, generation, partition, offset: records.length };
    records.push({ ...place, position, previous, incarnation: this.history, id, type, stream, body });
    this.sent.set(key, records);
  }

  /** Opens the next generation of a topic, after all that was published. */
  repartition(topic: Topic, partitions: number): void {
    const generations = this.generations.get(topic) ?? [];
    generations.push({ generation: generations.length + 1, partitions, startsAfter: this.published });
  }

  readonly positions: ProjectorLog['positions'] = {
    head: () => Promise.resolve(this.rows.length),
    published: () => Promise.resolve(this.published),
    at: () => Promise.resolve(this.rows.length),
    givenAt: (position) => Promise.resolve(this.rows[position - 1]?.givenAt),
    eventIdAt: (position) => Promise.resolve(this.rows[position - 1]?.id),
  };

  incarnation(): Promise<number> {
    return Promise.resolve(this.history);
  }

  readPositions({
    after,
    upTo = Infinity,
    limit,
    topics,
  }: Parameters<ProjectorLog['readPositions']>[0]): Promise<LoggedRow[]> {
    const within = this.rows.slice(after, Math.min(upTo, this.rows.length));
    return Promise.resolve(within.filter((row) => topics?.includes(row.topic) ?? true).slice(0, limit));
  }

  readStreamRows(stream: string): Promise<LoggedRow[]> {
    return Promise.resolve(this.rows.filter((row) => row.stream === stream));
  }

  decode(rows: readonly { body: string }[]): ReturnType<ProjectorLog['decode']> {
    return this.codec.decode(rows.map((row) => row.body));
  }

  topics(): Promise<TopicRecord[]> {
    return Promise.resolve(
      [...this.generations].flatMap(([topic, generations]) =>
        generations.map(({ generation, partitions, startsAfter }) => ({
          topic,
          generation,
          kafkaName: `${topic}.g${generation}`,
          startsAfter,
          partitions: Array.from({ length: partitions }, (_, partition) => ({
            partition,
            firstPrevious: startsAfter,
            lastPosition: this.sent.get(`${topic}/${generation}/${partition}`)?.at(-1)?.position ?? startsAfter,
          })),
        })),
      ),
    );
  }

  private generationAt(
    topic: Topic,
    position: number,
  ): { generation: number; partitions: number; startsAfter: number } {
    const found = this.generations.get(topic)?.findLast(({ startsAfter }) => position > startsAfter);
    if (found === undefined) throw new Error(`no generation of ${topic} at ${position}`);
    return found;
  }
}
