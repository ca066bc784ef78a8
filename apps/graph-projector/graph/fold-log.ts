import type { LoggedRow, TopicRecord } from '#event-log';
import { positionKey, type PositionNode, type ProjectionMarks } from '#graph';
import { Fold } from '../projections/fold.js';
import { project } from '../projections/project.js';
import type { Stores } from '../ports.js';
import { Intake } from '../transport/intake.js';

const PAGE = 2_000;

/** How far a graph is in each partition, and where a stream travels. */
function reader(topics: readonly TopicRecord[], positions: readonly PositionNode[]): (row: LoggedRow) => boolean {
  const last = new Map(positions.map((node) => [node.key, node.last]));
  const standing = topics.filter(({ topic, generation }) => last.has(positionKey(topic, generation, 0)));
  const intake = new Intake(standing, (key) => last.get(key) ?? 0);
  return ({ position, topic, stream }) => {
    const key = intake.partitionKeyOf(topic, stream);
    return key !== undefined && position <= (last.get(key) ?? 0);
  };
}

/**
 * Folds the log as far as the graph is, partition by partition: the graph may be behind, and still has to be right. The
 * decisions to discard are collected first, as they also concern events before them.
 */
export async function foldLog(
  { log, idOf }: Pick<Stores, 'log' | 'idOf'>,
  { positions, parked }: Pick<ProjectionMarks, 'positions' | 'parked'>,
  progress: (position: number, of: number) => void = () => undefined,
): Promise<Fold> {
  const taken = reader(await log.topics(), positions);
  const upTo = Math.max(0, ...positions.map(({ last }) => last));
  const discarded = new Set<string>();
  for await (const rows of pages(log, upTo, ['organisation.events'])) {
    const counted = rows.filter((row) => row.type === 'parked.discarded' && taken(row));
    for (const [i, decoded] of (await log.decode(counted)).entries()) {
      const projected = 'event' in decoded ? project(counted[i]?.position ?? 0, decoded.event, idOf) : decoded;
      if (!('decision' in projected)) continue;
      for (const version of projected.decision.discard) discarded.add(`${projected.decision.stream}/${version}`);
    }
  }
  const fold = new Fold(idOf, { parked, discarded });
  for await (const rows of pages(log, upTo)) {
    const counted = rows.filter(taken);
    const decoded = await log.decode(counted);
    for (const [i, { position, stream, streamVersion }] of counted.entries()) {
      const outcome = decoded[i];
      if (outcome !== undefined) fold.take({ position, stream, streamVersion, decoded: outcome });
    }
    progress(rows.at(-1)?.position ?? upTo, upTo);
  }
  return fold;
}

async function* pages(log: Stores['log'], upTo: number, topics?: LoggedRow['topic'][]): AsyncIterable<LoggedRow[]> {
  for (let after = 0; after < upTo; after += PAGE) {
    const end = Math.min(upTo, after + PAGE);
    yield await log.readPositions({ after, upTo: end, limit: PAGE, ...(topics && { topics }) });
  }
}
