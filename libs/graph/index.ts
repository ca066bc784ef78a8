export { packCategory, unpackCategory } from './category.js';
export { hintCrowded, keepCrowds, UNDATED } from './crowd.js';
export {
  DigestSum,
  graphDigest,
  readEntities,
  readStatements,
  STATEMENT_FACTS,
  statementFacts,
  type GraphDigest,
} from './digest.js';
export { GraphRefusal, GraphUnavailable } from './errors.js';
export type { CypherParams, CypherValue, Graph, GraphSettings, GraphTransaction, ReadOptions } from './graph.js';
export { howAt, packHow, packLaterHow, unpackHow, type How } from './how.js';
export { openGraph } from './open-graph.js';
export {
  addPositions,
  appliedUpTo,
  readMarks,
  readParked,
  readPositions,
  readProgress,
  replacePositions,
  type Progress,
  type ProjectionMarks,
} from './positions.js';
export { checkSchema, createSchema, SCHEMA } from './schema.js';
export { packRole, unpackRole } from './role.js';
export * from './statement.js';
export { beginWipe, finishWipe, wipeIsOpen } from './wipe.js';
export { applyWrite, PositionsMoved, type GraphWrite } from './write.js';
