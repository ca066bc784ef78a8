import { GraphRefusal } from './errors.js';
import type { Graph } from './graph.js';

/** What must be unique in the graph. Without the first, MERGE would make two nodes of one identity. */
const UNIQUE = {
  entity_id: { label: 'Entity', property: 'id' },
  position_key: { label: 'Position', property: 'key' },
  parked_position: { label: 'Parked', property: 'position' },
  discarded_key: { label: 'Discarded', property: 'key' },
} as const;

/** Statements that make the schema; repeatable. */
export const SCHEMA: readonly string[] = [
  ...Object.entries(UNIQUE).map(
    ([name, { label, property }]) =>
      `CREATE CONSTRAINT ${name} IF NOT EXISTS FOR (n:${label}) REQUIRE n.${property} IS UNIQUE`,
  ),
  'CREATE INDEX parked_stream IF NOT EXISTS FOR (n:Parked) ON (n.stream)',
  // Which nodes are crowded, and what stands next to them: see crowd.ts.
  'CREATE INDEX entity_crowd IF NOT EXISTS FOR (n:Entity) ON (n.crowd)',
  'CREATE INDEX crowd_audiences IF NOT EXISTS FOR (n:Crowd) ON (n.hub, n.aud)',
  // One of an earlier form, without order.
  'DROP INDEX near IF EXISTS',
  'CREATE INDEX near_newest IF NOT EXISTS FOR (n:Near) ON (n.hub, n.aud, n.pos)',
  'CREATE INDEX near_earliest IF NOT EXISTS FOR (n:Near) ON (n.hub, n.aud, n.at, n.pos)',
  // By trigrams: names that are alike are found by parts of their words.
  'CREATE TEXT INDEX name_words IF NOT EXISTS FOR (n:Name) ON (n.words)',
];

export async function createSchema(graph: Graph): Promise<void> {
  for (const statement of SCHEMA) await graph.command(statement);
  await graph.command('CALL db.awaitIndexes(300)');
}

/** Throws `graph.schema` when a constraint is missing: starting without it would write doubles that nothing finds again. */
export async function checkSchema(graph: Graph): Promise<void> {
  const rows = await graph.read<{ labels: string[]; properties: string[] }>(
    "SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties WHERE type IN ['UNIQUENESS', 'NODE_KEY'] RETURN labelsOrTypes AS labels, properties",
  );
  const present = new Set(rows.map(({ labels, properties }) => `${labels.join()}(${properties.join()})`));
  const missing = Object.values(UNIQUE)
    .map(({ label, property }) => `${label}(${property})`)
    .filter((constraint) => !present.has(constraint));
  if (missing.length === 0) return;
  throw new GraphRefusal(
    'graph.schema',
    `the graph has no uniqueness constraint on ${missing.join(', ')}: make it with "npm run graph -- schema" before anything is written`,
  );
}
