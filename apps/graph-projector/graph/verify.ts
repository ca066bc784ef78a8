import {
  graphDigest,
  readEntities,
  readMarks,
  readStatements,
  STATEMENT_FACTS,
  statementFacts,
  type Graph,
  type GraphDigest,
  type StoredStatement,
} from '#graph';
import type { Fold } from '../projections/fold.js';
import type { Stores } from '../ports.js';
import { foldLog } from './fold-log.js';

export interface Verified {
  ok: boolean;
  graph: GraphDigest;
  log: GraphDigest;
  /** The first differences, for people; they name ids and positions, never what a key says. */
  differences: string[];
}

const SHOWN = 20;
const TRIES = 5;

/** The graph went on while it was read, time and again: its digest would be of no moment. */
export class GraphMoves extends Error {
  readonly code = 'graph.moves';
  readonly retriable = true;
}

/**
 * The graph's digest at a moment when nobody wrote: positions are compared before and after.
 * @throws {@link GraphMoves}
 */
export async function digestAtRest<T>(graph: Graph, read: () => Promise<T>): Promise<T> {
  const where = async (): Promise<string> =>
    JSON.stringify((await readMarks(graph)).positions.map(({ key, last }) => [key, last]));
  for (let tries = 1; tries <= TRIES; tries++) {
    const before = await where();
    const value = await read();
    if (before === (await where())) return value;
  }
  throw new GraphMoves('the projector is writing; ask again when it has caught up, or stop it');
}

/** Compares the graph with a pure fold of the log, as far as the graph is. */
export async function verifyGraph(
  graph: Graph,
  stores: Pick<Stores, 'log' | 'idOf'>,
  progress?: (position: number, of: number) => void,
): Promise<Verified> {
  return await digestAtRest(graph, async () => {
    const fold = await foldLog(stores, await readMarks(graph), progress);
    const expected = fold.digest();
    const found = await graphDigest(graph);
    const ok = JSON.stringify(found) === JSON.stringify(expected);
    return { ok, graph: found, log: expected, differences: ok ? [] : await differences(graph, fold) };
  });
}

async function differences(graph: Graph, fold: Fold): Promise<string[]> {
  const found: string[] = [];
  const tell = (line: string): void => void (found.length < SHOWN && found.push(line));
  for await (const statement of readStatements(graph)) {
    const expected = fold.takeOut(statement);
    if (expected === undefined) tell(`too much: ${named(statement)}`);
    else tellDifference(statement, expected, tell);
  }
  for (const statement of fold.allStatements()) tell(`missing: ${named(statement)}`);
  for await (const entity of readEntities(graph)) {
    const expected = fold.takeOutEntity(entity);
    if (expected === undefined) tell(`too much: ${entity.kind} ${entity.id}, which no statement names`);
    else if (expected.kind !== entity.kind || expected.key !== entity.key)
      tell(`different: ${entity.kind} ${entity.id}`);
  }
  for (const { kind, id } of fold.allEntities()) tell(`missing: ${kind} ${id}`);
  const parked = new Set((await readMarks(graph)).parked.map(({ position }) => position));
  for (const { position, stream } of fold.allParked())
    if (!parked.delete(position)) tell(`not parked: the event at ${position} of ${stream}`);
  for (const position of parked) tell(`parked without need: the event at ${position}`);
  return found;
}

function tellDifference(found: StoredStatement, expected: StoredStatement, tell: (line: string) => void): void {
  const [is, should] = [statementFacts(found), statementFacts(expected)];
  const names = ['relation', 'subject', 'object', ...STATEMENT_FACTS].filter((_, at) => is[at] !== should[at]);
  if (names.length > 0) tell(`different: ${named(found)} in ${names.join(', ')}`);
}

function named({ relation, subject, object, facts }: StoredStatement): string {
  return `${relation} from ${subject} to ${object} of position ${facts.pos}${facts.i === undefined ? '' : ` (${facts.i})`}`;
}
