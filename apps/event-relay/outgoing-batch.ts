import type { Topic } from '#events';
import type { PartitionLast, TopicRecord, UnsentRow } from '#event-log';
import { MAX_BATCH_BYTES, partitionOf, type OutgoingRecord, type OutgoingTopic } from '#kafka';

/**
 * What a record costs beside its body: key, headers and framing are below 600 bytes. kafkajs makes one record batch of all
 * that goes to one partition, and Kafka refuses a batch above its limit for ever, so the relay has to stay below it.
 */
const RECORD_OVERHEAD_BYTES = 600;

/** The partitions of the generation in which a topic's events travel now, and the last position sent to each. */
export interface Lane {
  topic: Topic;
  generation: number;
  kafkaName: string;
  lasts: number[];
}

export interface OutgoingBatch {
  topics: OutgoingTopic[];
  /** Last position of the batch. */
  position: number;
  size: number;
  lasts: PartitionLast[];
}

/** The lanes as the log recorded them. */
export function lanesOf(records: readonly TopicRecord[]): Map<Topic, Lane> {
  return new Map(
    records.map(({ topic, generation, kafkaName, partitions }) => [
      topic,
      { topic, generation, kafkaName, lasts: partitions.map((partition) => partition.lastPosition) },
    ]),
  );
}

/**
 * The longest run of rows that Kafka takes at once, each record with the position that was sent before it to its partition.
 * Pure: the same rows and lanes give the same batch, so that a batch that was cut off is sent again as it was. The lanes are
 * moved forward only when the batch was acknowledged ({@link advance}).
 */
export function composeBatch(
  rows: readonly UnsentRow[],
  lanes: ReadonlyMap<Topic, Lane>,
  incarnation: number,
): OutgoingBatch {
  const parts = new Map<Topic, Part>();
  let position = 0;
  let size = 0;
  for (const row of rows) {
    const part = parts.get(row.topic) ?? newPart(laneOf(lanes, row.topic));
    const partition = partitionOf(row.stream, part.lasts.length);
    const bytes = (part.bytes[partition] ?? 0) + Buffer.byteLength(row.body) + RECORD_OVERHEAD_BYTES;
    if (bytes > MAX_BATCH_BYTES && part.bytes[partition] !== undefined) break;
    parts.set(row.topic, part);
    part.bytes[partition] = bytes;
    part.records.push({
      position: row.position,
      previous: part.lasts[partition] ?? 0,
      incarnation,
      id: row.id,
      type: row.type,
      stream: row.stream,
      partition,
      body: row.body,
    });
    part.lasts[partition] = row.position;
    position = row.position;
    size += 1;
  }
  const used = [...parts.values()];
  return {
    topics: used.map(({ lane, records }) => ({ kafkaName: lane.kafkaName, records })),
    position,
    size,
    lasts: used.flatMap(({ lane, lasts, bytes }) =>
      Object.keys(bytes).map((key) => ({
        topic: lane.topic,
        generation: lane.generation,
        partition: Number(key),
        position: lasts[Number(key)] ?? 0,
      })),
    ),
  };
}

/** Moves the lanes behind an acknowledged batch. */
export function advance(lanes: ReadonlyMap<Topic, Lane>, batch: OutgoingBatch): void {
  for (const { topic, partition, position } of batch.lasts) laneOf(lanes, topic).lasts[partition] = position;
}

interface Part {
  lane: Lane;
  records: OutgoingRecord[];
  lasts: number[];
  /** By partition; a partition without records has none. */
  bytes: Record<number, number>;
}

function newPart(lane: Lane): Part {
  return { lane, records: [], lasts: [...lane.lasts], bytes: {} };
}

function laneOf(lanes: ReadonlyMap<Topic, Lane>, topic: Topic): Lane {
  const lane = lanes.get(topic);
  if (lane === undefined) throw new Error(`topic ${topic} was never recorded`);
  return lane;
}
