import { TOPICS } from '#events';
import { currentTopics, type Lease, type RelayLog, type TopicRecord } from '#event-log';
import { FIRST_PARTITIONS, kafkaNameOf, topicNameOf, type TopicAdmin } from '#kafka';
import { pause } from '#runtime';
import type { RelayAlarms } from './alarms.js';

/** A topic under another name than the settings give. Sending on would split a stream over two topics. */
export class TopicNameDiffers extends Error {
  readonly code = 'topic.name-differs';
  readonly kind = 'Unavailable';
  readonly retriable = false;

  constructor(recorded: string, expected: string) {
    super(
      `the log recorded topic ${recorded} and BREAKWATER_TOPIC_PREFIX gives ${expected}: put the prefix back as it was`,
    );
    this.name = 'TopicNameDiffers';
  }
}

export interface TopicsAtHand {
  relay: RelayLog;
  lease: Lease;
  admin: TopicAdmin;
  prefix: string;
  alarms: RelayAlarms;
}

/**
 * The topics that events travel in now, made where they are missing. A topic that was deleted is made again, with an alarm:
 * what it held is in the log, and readers fill the gap from there.
 * @throws `topic.differs`, `topic.name-differs`: no start, because order would be lost
 */
export async function readyTopics({ relay, lease, admin, prefix, alarms }: TopicsAtHand): Promise<TopicRecord[]> {
  const recorded = currentTopics(await relay.log.topics());
  for (const { topic, generation, kafkaName } of recorded) {
    const expected = kafkaNameOf(prefix, topic, generation);
    if (kafkaName !== expected) throw new TopicNameDiffers(kafkaName, expected);
  }
  const made = await admin.ensure(recorded.map(topicNameOf));
  for (const { topic, generation, kafkaName } of made)
    alarms.raise('topic-missing', { topic, generation, kafkaName }, 'a topic was missing and was made again');
  const unrecorded = TOPICS.filter((topic) => recorded.every((record) => record.topic !== topic));
  if (unrecorded.length === 0) return recorded;
  const first = unrecorded.map((topic) => {
    return { topic, generation: 1, kafkaName: kafkaNameOf(prefix, topic, 1), partitions: FIRST_PARTITIONS[topic] };
  });
  await admin.ensure(first); // made before they are recorded: a crash between the two leaves empty topics and no promise
  for (const name of first) await relay.recordTopic(lease, name);
  return currentTopics(await relay.log.topics());
}

/**
 * Opens the next generation of each topic that waits for one. Only after a drain: everything sent to the old one is
 * acknowledged and recorded, so that no position can ever be in both.
 */
export async function openGenerations(
  { relay, lease, admin, prefix }: TopicsAtHand,
  wanted: readonly TopicRecord[],
): Promise<void> {
  for (const { topic, generation, partitions, wantedPartitions } of wanted) {
    const next = {
      topic,
      generation: generation + 1,
      kafkaName: kafkaNameOf(prefix, topic, generation + 1),
      partitions: wantedPartitions ?? partitions.length,
    };
    await admin.ensure([next]);
    await relay.recordTopic(lease, next);
  }
}

const LOOK_MS = 2_000;

/**
 * Looks whether somebody asked for a new generation, and whether the topics are still there: one that was deleted is made
 * again even while nothing is sent. A loop of its own, because a Kafka that is away answers slowly and must not cost the lease.
 */
export async function topicsLoop(
  at: TopicsAtHand,
  tell: (wanted: TopicRecord[]) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(LOOK_MS, signal);
    if (signal.aborted) return;
    try {
      const records = await readyTopics(at);
      tell(records.filter((topic) => (topic.wantedPartitions ?? topic.partitions.length) !== topic.partitions.length));
    } catch (error) {
      if (!isKafkaAway(error)) throw error; // the publisher tells of a Kafka that is away, and waits for it
    }
  }
}

/** The one failure that is waited out inside a session. */
export function isKafkaAway(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'kafka.unavailable';
}
