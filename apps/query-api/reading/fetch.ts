import type { RelationType } from '#events';
import { howAt } from '#graph';
import type { Paged } from './windows.js';

/**
 * A question reads the graph through fetches: constant Cypher, each with its meaning in plain code beside it. The meaning
 * is the specification: one suite runs both on random graphs and compares them, and everything above a fetch is proved in
 * memory on the meaning, with the very functions that answer in production.
 */

/** What the viewer may see, and at which log position. Bound by the reader, so that no question can forget it. */
export type Sight = {
  audiences: number[];
  /** Statements recorded after it, or withdrawn up to it, do not exist for this question. */
  position: number;
  /**
   * Log positions of statements that this viewer may not see any more although the graph still shows them as before: a regrade
   * takes effect with its commit, and the graph follows later.
   */
  leftOut: number[];
};

/** A value that Cypher takes. Texts and numbers only: no input ever becomes part of a statement. */
export type CypherValue = string | number | boolean | null | string[] | number[];

export interface Fetch<Params extends Record<string, CypherValue>, Row> {
  /** Stable name for logs and metrics. */
  name: string;
  cypher: string;
  /** The same rows, in the same order, from statements held in memory. */
  meaning(world: readonly WorldStatement[], params: Params & Sight): Row[];
  /** Where the rows are a page in an order that the hints of a crowded node are kept in. */
  paged?: Paged<Params, Row>;
  /** Parameters that find nothing, to plan and compile the Cypher before the first caller waits for it. */
  warmUp: Params;
}

/** The only way from a question to statements. */
export interface Reader {
  rows<Params extends Record<string, CypherValue>, Row>(fetch: Fetch<Params, Row>, params: Params): Promise<Row[]>;
  /** Whether the time that a question may take is over; work in rounds stops then and says so. */
  outOfTime(): boolean;
  /** For what only the log knows: it is held against the same rights and the same position. */
  readonly sight: Sight;
  /** The same reader as if nothing that stands at these log positions had ever been said. */
  without(positions: readonly number[]): Reader;
}

export interface WorldEntity {
  id: string;
  key: string;
  /** As in the graph, beside `Entity`. */
  label: string;
}

/** One statement as the graph holds it (names as the relationship's properties; absent means null there). */
export interface WorldStatement {
  relation: RelationType;
  subject: WorldEntity;
  /** The subject itself for `STATED`. */
  object: WorldEntity;
  pos: number;
  ref: number;
  i?: number;
  aud: number;
  org: number;
  how?: number;
  /** The grading that it was recorded with, where `how` is the one known at the position asked about. */
  first?: number;
  /** Later gradings with their positions, as `packLaterHow` packs them, oldest first. */
  hows?: number[];
  src?: number;
  from?: number;
  to?: number;
  conf?: number;
  n?: number;
  cat?: number;
  role?: number;
  gone?: number;
  prop?: string;
  val?: string | number | boolean;
  unit?: string;
}

/** What stands for this viewer at this position: the predicate that every relationship of every Cypher carries. */
export function stands(statement: WorldStatement, { audiences, position, leftOut }: Sight): boolean {
  return (
    audiences.includes(statement.aud) &&
    statement.pos <= position &&
    (statement.gone === undefined || statement.gone > position) &&
    !leftOut.includes(statement.pos)
  );
}

/** Period in which a statement must have been true, in epoch seconds, end excluded. An unknown end excludes nothing. */
export type Validity = {
  validStart: number;
  validEnd: number;
};

export function holdsIn(statement: WorldStatement, { validStart, validEnd }: Validity): boolean {
  return (
    (statement.from === undefined || statement.from < validEnd) &&
    (statement.to === undefined || statement.to > validStart)
  );
}

/** Reads from memory: for proofs without servers. */
export function memoryReader(world: readonly WorldStatement[], sight: Sight, outOfTime = () => false): Reader {
  const known = gradedAsKnown(world, sight);
  const readerOf = (seen: Sight): Reader => ({
    rows: (fetch, params) => Promise.resolve(fetch.meaning(known, { ...params, ...seen })),
    outOfTime,
    sight: seen,
    without: (positions) => readerOf({ ...seen, leftOut: [...seen.leftOut, ...positions] }),
  });
  return readerOf(sight);
}

/** Grading is history, as access is not: at an earlier position the grading of that time counts (R1). */
export function gradedAsKnown(
  world: readonly WorldStatement[],
  { position }: Pick<Sight, 'position'>,
): readonly WorldStatement[] {
  return world.map(({ how, hows, ...rest }) => {
    const known = howAt(how ?? null, hows, position);
    const grades = { ...(how === undefined ? {} : { first: how }), ...(hows === undefined ? {} : { hows }) };
    return known === null ? { ...rest, ...grades } : { ...rest, ...grades, how: known };
  });
}
