import { TOPICS, type Topic } from '#events';
import { openRelayLog } from '#event-log';
import { DatabaseSettings, readSettings } from '#runtime';

/**
 * Asks the running relay for a new generation of a topic with another number of partitions. The relay opens it once
 * everything sent so far is acknowledged; readers go on to it when they have applied the old one to its end.
 *
 *     DATABASE_URL=postgresql://... node dist/apps/event-relay/generation/main.js network.events 24
 */
const [topic, count] = process.argv.slice(2);
const partitions = Number(count);

try {
  if (!TOPICS.includes(topic as Topic) || !Number.isInteger(partitions) || partitions < 1 || partitions > 1_000)
    throw new Error(`usage: generation <topic> <partitions>, with one of ${TOPICS.join(', ')} and 1 to 1000`);
  const { database } = readSettings({ database: DatabaseSettings });
  const relay = await openRelayLog({ url: database.url, applicationName: 'new-generation', poolSize: 2 });
  const asked = await relay.wantPartitions(topic as Topic, partitions);
  await relay.log.close();
  if (!asked) throw new Error(`${topic} has no generation yet: the relay makes the first one at its start`);
  console.log(`Asked for ${partitions} partitions of ${topic}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
