import type { EventLog, TopicRecord } from '#event-log';
import { appliedUpTo, positionKey, readProgress, type Graph, type PositionNode } from '#graph';
import { QuestionRefused } from '../terms/refusals.js';

/**
 * The complete position: the highest log position such that every partition has applied everything up to it. Below it the
 * graph is the whole truth of its time; above it, it may hold one partition's news without another's. So `knownAt` and
 * continuations use only positions up to it, and an answer says how far behind it is.
 */

export interface Complete {
  position: number;
  /** History of the log that it belongs to. */
  incarnation: number;
  /** Before this moment nothing was recorded that the graph does not hold. */
  asOf: Date;
  /** How far `asOf` lies behind the database's clock. */
  lagSeconds: number;
  /** The database's clock at that look. */
  now: Date;
  /** Streams with an event that took no effect, and none of those after it. */
  parked: readonly string[];
}

export interface LogState {
  incarnation: number;
  published: number;
  head: number;
  /** Recorded time of the first event that has no position yet. */
  unsequenced?: Date;
  /** The database's clock. */
  now: Date;
  partitions: { key: string; firstPrevious: number; lastPosition: number }[];
}

type NodeState = Pick<PositionNode, 'key' | 'last' | 'incarnation'>;

/**
 * A partition that has everything the relay sent to it holds nothing back, however old its last event is, nor does one of a
 * new generation before its first event. The log must be read before the graph, or an event sent between the two reads would
 * count as applied.
 */
export function completePosition(log: LogState, nodes: ReadonlyMap<string, NodeState>): number {
  const sent = log.partitions.filter(({ firstPrevious, lastPosition }) => lastPosition > firstPrevious);
  return appliedUpTo(
    [...nodes.values()],
    sent.map(({ key, lastPosition }) => ({ key, last: lastPosition })),
    log.published,
  );
}

export class CompletePosition {
  private known: { at: number; complete: Complete } | undefined;
  /** When the last look had ended, by the clock. */
  lookedAt = Number.POSITIVE_INFINITY;
  private looking: Promise<Complete> | undefined;
  /** Highest position seen to be complete, with the nodes seen then. */
  private best = 0;
  private seen = new Map<string, NodeState>();

  constructor(
    private readonly log: EventLog,
    private readonly graph: Graph,
    /** How long one look serves, in milliseconds. */
    private readonly freshMs: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** @throws {@link QuestionRefused} `graph.other-history` while the graph holds another history of the log */
  now(): Promise<Complete> {
    if (this.known !== undefined && this.clock() - this.known.at < this.freshMs)
      return Promise.resolve(this.known.complete);
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /**
   * To be asked after drawing: an answer drawn while the graph was wiped, or replaced by an older copy, lacks statements.
   * Gives the streams that are parked now: one that was projected anew meanwhile may have come to stand still earlier.
   * @throws {@link QuestionRefused} `graph.filling`
   */
  async stillHolds(): Promise<readonly string[]> {
    const before = this.seen;
    const { nodes, parked } = await this.readGraph();
    if (wentBack(before, nodes)) throw stillFilling();
    return parked;
  }

  private async readGraph(): Promise<{ nodes: Map<string, NodeState>; parked: readonly string[] }> {
    const { positions, parked } = await readProgress(this.graph);
    return { nodes: new Map(positions.map((node) => [node.key, node])), parked };
  }

  private async look(): Promise<Complete> {
    const at = this.clock();
    const log = await readLogState(this.log);
    const { nodes, parked } = await this.readGraph();
    const other = [...nodes.values()].some(({ incarnation, last }) => last > 0 && incarnation !== log.incarnation);
    if (other)
      throw new QuestionRefused(
        'graph.other-history',
        'Unavailable',
        'The graph belongs to another history of the log and is being filled anew. Ask again later.',
      );
    const position = this.atLeast(completePosition(log, nodes), nodes);
    const asOf = await this.asOf(position, log);
    const lagSeconds = Math.max(0, Math.floor((log.now.getTime() - asOf.getTime()) / 1000));
    const complete = { position, incarnation: log.incarnation, asOf, lagSeconds, now: log.now, parked };
    this.known = { at, complete };
    this.lookedAt = this.clock();
    return complete;
  }

  /**
   * What was applied stays applied, so a partition that had been quiet for a month and now is one event behind must not take
   * the answer back by a month. Unless a partition went back: then the graph is a copy or is being filled anew.
   */
  private atLeast(position: number, nodes: Map<string, NodeState>): number {
    const anew = wentBack(this.seen, nodes);
    this.seen = nodes;
    this.best = anew ? position : Math.max(this.best, position);
    return this.best;
  }

  /** Just before the first event that is not in the answer. */
  private async asOf(position: number, log: LogState): Promise<Date> {
    if (position < log.head) {
      const next = await this.log.positions.givenAt(position + 1);
      if (next !== undefined) return new Date(next);
    }
    return log.unsequenced !== undefined && log.unsequenced < log.now ? log.unsequenced : log.now;
  }
}

function wentBack(before: ReadonlyMap<string, NodeState>, now: ReadonlyMap<string, NodeState>): boolean {
  return [...before].some(([key, { last, incarnation }]) => {
    const node = now.get(key);
    return node === undefined || node.last < last || node.incarnation !== incarnation;
  });
}

export function stillFilling(): QuestionRefused {
  return new QuestionRefused(
    'graph.filling',
    'Unavailable',
    'The graph is being filled anew and does not hold the time of this answer yet. Ask again later.',
  );
}

const LOG_STATE = `
  SELECT s.incarnation, p.position AS published, q.head, clock_timestamp() AS now,
    (SELECT e.recorded_time FROM events e
      WHERE (e.incarnation, e.txid, e.seq) > (q.incarnation, q.txid, q.seq)
      ORDER BY e.incarnation, e.txid, e.seq LIMIT 1) AS unsequenced
  FROM log_state s CROSS JOIN log_published p CROSS JOIN log_sequenced q`;

async function readLogState(log: EventLog): Promise<LogState> {
  const [topics, [row]] = await Promise.all([
    log.topics(),
    log.query<{ incarnation: number; published: number; head: number; now: string; unsequenced: string | null }>(
      LOG_STATE,
      [],
    ),
  ]);
  if (row === undefined) throw new Error('the log holds no state: it was never opened by a migrated database');
  return {
    incarnation: Number(row.incarnation),
    published: Number(row.published),
    head: Number(row.head),
    now: new Date(row.now),
    ...(row.unsequenced === null ? {} : { unsequenced: new Date(row.unsequenced) }),
    partitions: topics.flatMap(partitionsOf),
  };
}

function partitionsOf({ topic, generation, partitions }: TopicRecord): LogState['partitions'] {
  return partitions.map(({ partition, firstPrevious, lastPosition }) => ({
    key: positionKey(topic, generation, partition),
    firstPrevious,
    lastPosition,
  }));
}
