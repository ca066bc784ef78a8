import type { Graph } from './graph.js';
import type { DiscardedNode, ParkedNode, PositionNode } from './statement.js';

const POSITIONS =
  'MATCH (p:Position) RETURN p.key AS key, p.last AS last, p.event AS event, p.incarnation AS incarnation ORDER BY key';
const PARKED = `
  MATCH (p:Parked) RETURN p.position AS position, p.stream AS stream, p.streamVersion AS streamVersion,
    p.partition AS partition, p.type AS type, p.code AS code, p.reason AS reason ORDER BY position`;
const DISCARDED = 'MATCH (d:Discarded) RETURN d.stream AS stream, d.streamVersion AS streamVersion ORDER BY d.key';
/** `last` stays where it is for a position that exists: only a write that did the work may move it. */
const ADD = `
  UNWIND $nodes AS node
  MERGE (p:Position {key: node.key})
  ON CREATE SET p.last = node.last, p.event = node.event, p.incarnation = node.incarnation, p.lock = 0`;

/** Where the projection stands, in order of key. */
export async function readPositions(graph: Graph): Promise<PositionNode[]> {
  return await graph.read<PositionNode>(POSITIONS);
}

/** What is parked, in order of position. */
export async function readParked(graph: Graph): Promise<ParkedNode[]> {
  return await graph.read<ParkedNode>(PARKED);
}

/** How far a graph is: its positions, and the streams that stand still, whatever the positions say. */
export interface Progress {
  positions: PositionNode[];
  parked: string[];
}

/**
 * All positions are read before the first parked event: one that is parked meanwhile is found, and one that was brought back
 * meanwhile took effect.
 */
const PROGRESS = `
  MATCH (p:Position)
  WITH collect({key: p.key, last: p.last, event: p.event, incarnation: p.incarnation}) AS positions
  OPTIONAL MATCH (q:Parked)
  RETURN positions, collect(DISTINCT q.stream) AS parked`;

export async function readProgress(graph: Graph): Promise<Progress> {
  const [progress] = await graph.read<Progress>(PROGRESS);
  return progress ?? { positions: [], parked: [] };
}

export interface ProjectionMarks {
  positions: PositionNode[];
  parked: ParkedNode[];
  discarded: DiscardedNode[];
}

/** All that a projector must know to go on, as of one moment and from the server that also takes the writes. */
export async function readMarks(graph: Graph): Promise<ProjectionMarks> {
  return await graph.transact(async (transaction) => {
    const positions = await transaction.run<PositionNode>(POSITIONS, {});
    const parked = await transaction.run<ParkedNode>(PARKED, {});
    const discarded = await transaction.run<DiscardedNode>(DISCARDED, {});
    return { positions, parked, discarded };
  });
}

/** Makes the positions that do not exist yet. They must exist before a write: what is not there cannot be locked. */
export async function addPositions(graph: Graph, nodes: readonly PositionNode[]): Promise<void> {
  if (nodes.length > 0)
    await graph.transact(
      async (transaction) => await transaction.run(ADD, { nodes: nodes.map((node) => ({ ...node })) }),
    );
}

/** Ends the positions of a generation and begins those of the next, in one step: in between, events would count for neither. */
export async function replacePositions(
  graph: Graph,
  old: readonly PositionNode[],
  next: readonly PositionNode[],
): Promise<void> {
  await graph.transact(async (transaction) => {
    await transaction.run('UNWIND $keys AS key MATCH (p:Position {key: key}) DELETE p', {
      keys: old.map(({ key }) => key),
    });
    await transaction.run(ADD, { nodes: next.map((node) => ({ ...node })) });
  });
}

/**
 * Last log position up to which everything took effect: what a question may use as "known at", whatever the partitions' own
 * speeds. `sent` and `published` must have been read before `positions`, or an event could be counted that is still to come.
 */
export function appliedUpTo(
  positions: readonly Pick<PositionNode, 'key' | 'last'>[],
  sent: readonly { key: string; last: number }[],
  published: number,
): number {
  const applied = new Map(positions.map(({ key, last }) => [key, last]));
  const behind = sent.filter(({ key, last }) => (applied.get(key) ?? 0) < last);
  return Math.min(published, ...behind.map(({ key }) => applied.get(key) ?? 0));
}
