import type { Graph, GraphTransaction } from './graph.js';
import type {
  DiscardedNode,
  ParkedNode,
  PositionMove,
  RegradeWrite,
  RemovalWrite,
  StatementWrite,
  WithdrawalWrite,
} from './statement.js';
import { regradeStatements, removeStatements, withdrawStatements, writeStatements } from './statement-writer.js';

/** Everything that one transaction does, in this order. */
export interface GraphWrite {
  moves: readonly PositionMove[];
  /** Streams that are projected anew: their statements and parked events go first. */
  anew?: { streams: readonly string[]; removals: readonly RemovalWrite[]; discarded: readonly DiscardedNode[] };
  statements: readonly StatementWrite[];
  withdrawals: readonly WithdrawalWrite[];
  /** In the order of their positions within each stream. */
  regrades: readonly RegradeWrite[];
  parked: readonly ParkedNode[];
}

/** Somebody else moved a position: a successor works, or another copy of the graph was put back. Read the positions again. */
export class PositionsMoved extends Error {
  readonly code = 'graph.positions-moved';
  readonly kind = 'StreamConflict';
  readonly retriable = true;
}

/**
 * Locks, then compares, then moves. The other order would let two transactions pass: Neo4j is read-committed, and both would
 * read the old value before either writes. The caller sorts by key, so that two writers wait for each other and never deadlock.
 */
const MOVE = `
  UNWIND range(0, size($key) - 1) AS j
  MATCH (p:Position {key: $key[j]})
  SET p.lock = toInteger($last[j])
  WITH p, j
  WHERE p.last = toInteger($from[j]) AND p.event = $fromEvent[j] AND p.incarnation = toInteger($incarnation[j])
  SET p.last = toInteger($last[j]), p.event = $event[j]
  RETURN count(p) AS moved`;

const PARK = `
  UNWIND range(0, size($position) - 1) AS j
  CREATE (:Parked {position: toInteger($position[j]), stream: $stream[j], streamVersion: toInteger($streamVersion[j]),
    partition: $partition[j], type: $type[j], code: $code[j], reason: $reason[j]})`;

const UNPARK = 'UNWIND $stream AS stream MATCH (p:Parked {stream: stream}) DELETE p';

/** The marker that events respect which arrive after the decision about them. */
const DISCARD = `
  UNWIND range(0, size($stream) - 1) AS j
  MERGE (:Discarded {key: $stream[j] + '/' + toString(toInteger($streamVersion[j])), stream: $stream[j],
    streamVersion: toInteger($streamVersion[j])})`;

const REMOVE_UNNAMED = 'UNWIND $id AS id MATCH (e:Entity {id: id}) WHERE NOT EXISTS { (e)--() } DELETE e';

/**
 * Carries out one write, all of it or nothing. Returns how many withdrawals and regrades met no such statement.
 * @throws {@link PositionsMoved} when a position is not where the write begins
 */
export async function applyWrite(graph: Graph, write: GraphWrite): Promise<{ notFound: number }> {
  return await graph.transact(async (transaction) => {
    // Sent at once and answered in order: the store works while the next list is still being packed.
    const [moved, , , notWithdrawn, notRegraded] = await Promise.all([
      movePositions(transaction, write.moves),
      write.anew && clearStreams(transaction, write.anew),
      writeStatements(transaction, write.statements),
      withdrawStatements(transaction, write.withdrawals),
      regradeStatements(transaction, write.regrades),
      park(transaction, write.parked),
    ]);
    if (moved !== write.moves.length)
      throw new PositionsMoved(
        `${write.moves.length - moved} of ${write.moves.length} positions are not where this write begins`,
      );
    if (write.anew) await removeUnnamed(transaction, write.anew.removals);
    return { notFound: notWithdrawn + notRegraded };
  });
}

async function movePositions(transaction: GraphTransaction, unsorted: readonly PositionMove[]): Promise<number> {
  const moves = [...unsorted].sort((one, other) => (one.from.key < other.from.key ? -1 : 1));
  const [answer] = await transaction.runLists<{ moved: number }>(MOVE, {
    key: moves.map(({ from }) => from.key),
    from: moves.map(({ from }) => from.last),
    fromEvent: moves.map(({ from }) => from.event),
    incarnation: moves.map(({ from }) => from.incarnation),
    last: moves.map(({ to }) => to.last),
    event: moves.map(({ to }) => to.event),
  });
  return answer?.moved ?? 0;
}

async function clearStreams(transaction: GraphTransaction, anew: NonNullable<GraphWrite['anew']>): Promise<void> {
  await Promise.all([
    removeStatements(transaction, anew.removals),
    transaction.runLists(UNPARK, { stream: [...anew.streams] }),
    transaction.runLists(DISCARD, {
      stream: anew.discarded.map(({ stream }) => stream),
      streamVersion: anew.discarded.map(({ streamVersion }) => streamVersion),
    }),
  ]);
}

async function park(transaction: GraphTransaction, parked: readonly ParkedNode[]): Promise<void> {
  if (parked.length === 0) return;
  await transaction.runLists(PARK, {
    position: parked.map(({ position }) => position),
    stream: parked.map(({ stream }) => stream),
    streamVersion: parked.map(({ streamVersion }) => streamVersion),
    partition: parked.map(({ partition }) => partition),
    type: parked.map(({ type }) => type),
    code: parked.map(({ code }) => code),
    reason: parked.map(({ reason }) => reason),
  });
}

/** An entity exists as long as a statement names it: what a removal left alone goes too, as if it had never been named. */
async function removeUnnamed(transaction: GraphTransaction, removals: readonly RemovalWrite[]): Promise<void> {
  const id = [...new Set(removals.flatMap(({ subject, object }) => [subject, object]))].sort();
  if (id.length > 0) await transaction.runLists(REMOVE_UNNAMED, { id });
}
