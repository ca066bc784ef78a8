export { GraphRefusal, GraphUnavailable } from './errors.js';
export type { CypherParams, CypherValue, Graph, GraphSettings, GraphTransaction, ReadOptions } from './graph.js';
export { packHow, unpackHow, type How } from './how.js';
export { openGraph } from './open-graph.js';
export { checkSchema, createSchema, SCHEMA } from './schema.js';
export {
  positionKey,
  type EntityNode,
  type ParkedNode,
  type PositionNode,
  type StatementWrite,
  type WithdrawalWrite,
} from './statement.js';
