import { currentTopics, type TopicRecord } from '#event-log';
import { positionKey, type PositionNode, type ProjectionMarks } from '#graph';
import type { Stores } from '../ports.js';
import { Intake } from '../transport/intake.js';
import { Writer, type WriterReport } from '../writing/writer.js';
import { heal } from './heal.js';

/** Nothing has been sent yet, so nobody knows which partitions there are. */
export class NoTopicsYet extends Error {
  readonly code = 'projector.no-topics';
  readonly kind = 'Unavailable';
  readonly retriable = true;
}

/** Every generation of every topic. @throws {@link NoTopicsYet} */
export async function recordedTopics(log: Stores['log']): Promise<TopicRecord[]> {
  const records = await log.topics();
  if (records.length === 0) throw new NoTopicsYet('the relay has recorded no topic yet: start the event-relay');
  return records;
}

/** Where a projection of these topics begins: before the first event, whatever generation they are in. */
export function beginnings(topics: readonly TopicRecord[], incarnation: number): PositionNode[] {
  return topics.flatMap(({ topic, generation, partitions }) =>
    partitions.map(({ partition }) => ({
      key: positionKey(topic, generation, partition),
      last: 0,
      event: '',
      incarnation,
    })),
  );
}

/**
 * Brings the graph's positions to the generations that the topics are in now. From a generation on a stream may travel in
 * another partition, so the old one is first finished, from the log, up to where the new one starts.
 * @returns whether anything was changed; the marks are then to be read again
 */
export async function enterGenerations(
  stores: Stores,
  marks: ProjectionMarks,
  records: readonly TopicRecord[],
  incarnation: number,
  report: WriterReport,
): Promise<boolean> {
  const current = currentTopics(records);
  const standing = current.map((next) => standingIn(marks.positions, records, next));
  const added = standing.flatMap((record, i) =>
    record === undefined ? beginnings([current[i] as TopicRecord], incarnation) : [],
  );
  await stores.graph.addPositions(added);
  const ended = standing.flatMap((record, i) =>
    record === undefined || record === current[i] ? [] : [{ record, next: current[i] as TopicRecord }],
  );
  if (ended.length === 0) return added.length > 0;

  const writer = new Writer(stores.graph, { ...marks, positions: [...marks.positions, ...added] }, report);
  const at = writer.marks.positions;
  const intake = new Intake(
    standing.map((record, i) => record ?? (current[i] as TopicRecord)),
    (key) => at.get(key)?.last ?? 0,
  );
  for (const { record, next } of ended)
    for (const { key } of beginnings([record], incarnation)) intake.heal(key, next.startsAfter);
  await heal(stores, intake, writer);
  for (const { record, next } of ended) {
    const old = beginnings([record], incarnation).flatMap(({ key }) => at.get(key) ?? []);
    await stores.graph.replacePositions(old, await starts(stores, next, incarnation));
  }
  return true;
}

/** The generation of a topic that the graph stands in; undefined when it has none of that topic. */
function standingIn(
  positions: readonly PositionNode[],
  records: readonly TopicRecord[],
  next: TopicRecord,
): TopicRecord | undefined {
  const generations = positions.map(({ key }) => key.split('/')).filter(([topic]) => topic === next.topic);
  const [first] = generations;
  if (first === undefined) return undefined;
  if (generations.some(([, generation]) => Number(generation) === next.generation)) return next;
  const record = records.find(({ topic, generation }) => topic === next.topic && generation === Number(first[1]));
  if (record === undefined)
    throw new Error(`the graph stands in a generation of ${next.topic} that the log does not know`);
  return record;
}

async function starts({ log }: Stores, next: TopicRecord, incarnation: number): Promise<PositionNode[]> {
  return await Promise.all(
    next.partitions.map(async ({ partition, firstPrevious }) => ({
      key: positionKey(next.topic, next.generation, partition),
      last: firstPrevious,
      event: firstPrevious === 0 ? '' : ((await log.positions.eventIdAt(firstPrevious)) ?? ''),
      incarnation,
    })),
  );
}
