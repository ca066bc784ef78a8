import { currentTopics, type TopicRecord } from '#event-log';
import { checkHistory } from '../history.js';
import type { Stores } from '../ports.js';
import { Intake } from '../transport/intake.js';
import { Writer, type WriterReport } from '../writing/writer.js';
import { beginnings, enterGenerations, recordedTopics } from './generations.js';

/** A projection that knows where it stands, and why nothing before that is missing. */
export interface OpenProjection {
  topics: TopicRecord[];
  incarnation: number;
  intake: Intake;
  writer: Writer;
}

/**
 * Finds out where the graph stands: finishes a wipe that was broken off, compares the histories, enters new generations.
 * @throws OtherHistory, NoTopicsYet, and what the stores throw
 */
export async function openProjection(stores: Stores, report: WriterReport): Promise<OpenProjection> {
  const { log, graph } = stores;
  const records = await recordedTopics(log);
  const incarnation = await log.incarnation();
  const topics = currentTopics(records);
  if (await graph.wipeIsOpen()) await graph.finishWipe(beginnings(topics, incarnation));
  let marks = await graph.readMarks();
  await checkHistory(log, marks.positions);
  if (await enterGenerations(stores, marks, records, incarnation, report)) marks = await graph.readMarks();
  const last = new Map(marks.positions.map((node) => [node.key, node.last]));
  return {
    topics,
    incarnation,
    intake: new Intake(topics, (key) => last.get(key) ?? 0),
    writer: new Writer(graph, marks, report),
  };
}
