import type { Topic } from '#events';
import type { TopicRecord } from './log.js';
import type { Queryable } from './queryable.js';

const TOPIC_RECORDS = {
  name: 'topic_records',
  text: `
    SELECT t.topic, t.generation, t.kafka_name, t.starts_after, t.wanted_partitions, p.partition, p.first_previous, p.last_position
    FROM topics t JOIN topic_partitions p USING (topic, generation)
    ORDER BY t.topic, t.generation, p.partition`,
};

interface TopicRow {
  topic: Topic;
  generation: number;
  kafka_name: string;
  starts_after: number;
  wanted_partitions: number | null;
  partition: number;
  first_previous: number;
  last_position: number;
}

/** Every generation of every topic, oldest first, as the relay recorded them. */
export async function topicRecords(on: Queryable): Promise<TopicRecord[]> {
  const { rows } = await on.query({ ...TOPIC_RECORDS, values: [] });
  const records = new Map<string, TopicRecord>();
  for (const row of rows as TopicRow[]) {
    const key = `${row.topic}/${row.generation}`;
    const record = records.get(key) ?? {
      topic: row.topic,
      generation: row.generation,
      kafkaName: row.kafka_name,
      startsAfter: row.starts_after,
      wantedPartitions: row.wanted_partitions ?? undefined,
      partitions: [],
    };
    record.partitions.push({
      partition: row.partition,
      firstPrevious: row.first_previous,
      lastPosition: row.last_position,
    });
    records.set(key, record);
  }
  return [...records.values()];
}

/** The generation of each topic that events travel in now. */
export function currentTopics(records: readonly TopicRecord[]): TopicRecord[] {
  const newest = new Map(records.map((record) => [record.topic, record])); // oldest first, so the last one stays
  return [...newest.values()];
}
