import { openRecordSource, topicNameOf, type KafkaAddress, type TransportRecord } from '#kafka';
import type { EventLog } from '#event-log';
import { uniquePrefix } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';

const SOON_MS = 120_000;

/** Everything in Kafka, each partition's records in their order. */
export async function inKafka(kafka: KafkaAddress, log: EventLog): Promise<TransportRecord[]> {
  const topics = (await log.topics()).map(topicNameOf);
  const source = await openRecordSource({ address: kafka, group: uniquePrefix('log-relay'), topics });
  const records: TransportRecord[] = [];
  await until(
    'Kafka did not hand out everything',
    async () => {
      const taken = await source.take(5_000, 300);
      records.push(...taken.records);
      return taken.records.length === 0 && (await source.ends()).every(({ reached }) => reached);
    },
    SOON_MS,
  );
  await source.close();
  return records;
}

/**
 * Applies records as a reader does: repeats dropped, and each record naming the one before it. Answers with the positions
 * applied, in order of position, and how many repeats there were.
 */
export function applied(
  records: readonly TransportRecord[],
  startsAfter = 0,
): { positions: number[]; repeats: number } {
  const lasts = new Map<string, number>();
  let repeats = 0;
  const positions: number[] = [];
  for (const { topic, generation, partition, position, previous } of records) {
    const key = `${topic}/${generation}/${partition}`;
    const last = lasts.get(key) ?? startsAfter;
    if (position <= last) {
      repeats += 1;
      continue;
    }
    expect(previous).toBe(last);
    lasts.set(key, position);
    positions.push(position);
  }
  return { positions: positions.sort((a, b) => a - b), repeats };
}

/** The positions after one, up to another. */
export function upTo(position: number, after = 0): number[] {
  return Array.from({ length: position - after }, (_, i) => after + i + 1);
}
