import {
  addPositions,
  applyWrite,
  beginWipe,
  finishWipe,
  keepCrowds,
  readMarks,
  readPositions,
  replacePositions,
  wipeIsOpen,
  type Graph,
  type GraphWrite,
  type PositionNode,
  type ProjectionMarks,
} from '#graph';

/** What the projection asks of the graph. A simulation has its own, which passes the same contract suite. */
export interface GraphStore {
  /** Resolves when the store takes a write. */
  probe(): Promise<void>;
  readMarks(): Promise<ProjectionMarks>;
  /** Where the projection stands, in order of key. */
  readPositions(): Promise<PositionNode[]>;
  addPositions(nodes: readonly PositionNode[]): Promise<void>;
  /** Ends the positions of a generation and begins those of the next, in one step. */
  replacePositions(old: readonly PositionNode[], next: readonly PositionNode[]): Promise<void>;
  /** All of it or nothing. Throws `PositionsMoved` when a position is not where the write begins. */
  apply(write: GraphWrite): Promise<{ notFound: number }>;
  wipeIsOpen(): Promise<boolean>;
  beginWipe(): Promise<void>;
  finishWipe(begin: readonly PositionNode[]): Promise<void>;
}

/** `notHinted` hears why a crowded node got no hints: its readers are slow then and right, so no event waits or is parked for that. */
export function neo4jStore(graph: Graph, notHinted: (error: unknown) => void): GraphStore {
  return {
    probe: () => graph.probeWrite(),
    readMarks: () => readMarks(graph),
    readPositions: () => readPositions(graph),
    addPositions: (nodes) => addPositions(graph, nodes),
    replacePositions: (old, next) => replacePositions(graph, old, next),
    apply: async (write) => {
      await keepCrowds(graph, write.statements).catch(notHinted);
      return await applyWrite(graph, write);
    },
    wipeIsOpen: () => wipeIsOpen(graph),
    beginWipe: () => beginWipe(graph),
    finishWipe: (begin) => finishWipe(graph, begin),
  };
}
