import type { Graph } from './graph.js';
import type { PositionNode } from './statement.js';
import { addPositions } from './positions.js';

/**
 * Emptying the graph takes many transactions, and whoever does it may be killed in the middle. So the first one takes the
 * positions away, which fences every other writer, and leaves a mark; the last one makes new positions and takes the mark
 * away. A projector that finds the mark finishes the work before anything else.
 */
const BEGIN = `
  MERGE (w:Wipe {key: 'wipe'})
  WITH w MATCH (n) WHERE n:Position OR n:Parked OR n:Discarded DETACH DELETE n`;

export async function beginWipe(graph: Graph): Promise<void> {
  await graph.transact(async (transaction) => await transaction.run(BEGIN, {}));
}

/** Whether a wipe was begun and not finished. */
export async function wipeIsOpen(graph: Graph): Promise<boolean> {
  return (
    (
      await graph.transact(
        async (transaction) => await transaction.run("MATCH (w:Wipe {key: 'wipe'}) RETURN w.key", {}),
      )
    ).length > 0
  );
}

/** Takes all statements and entities away and lets the projection begin at these positions. Repeatable after a kill. */
export async function finishWipe(graph: Graph, begin: readonly PositionNode[]): Promise<void> {
  await graph.command('MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS');
  await graph.command('MATCH (n:Entity) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS');
  await graph.command('MATCH (n:Near) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS');
  await graph.command('MATCH (n:Crowd) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS');
  await addPositions(graph, begin);
  await graph.transact(async (transaction) => await transaction.run("MATCH (w:Wipe {key: 'wipe'}) DELETE w", {}));
}
