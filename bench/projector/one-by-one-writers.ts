/** The two usual ways that take messages one by one: what generic sink connectors do, and what a textbook does. */
import type { Driver } from 'neo4j-driver';
import { isLiteral, shapeOf, type GraphRow } from './graph-rows.js';
import { mergedNode, propertyMap, valuesOf } from './set-based-statements.js';
import { WRITING, type GraphWriter } from './set-based-writers.js';

/** The batch that generic connectors come with. */
const MESSAGES_PER_BATCH = 1_000;

/** Merges both ends, then the relationship by its key: without remembered positions only a MERGE bears repeats. */
function mergeAll(row: GraphRow, message: string): string {
  const literal = isLiteral(row);
  return [
    mergedNode('a', row.subject.kind, `${message}.s`, `${message}.sk`),
    ...(literal ? [] : [mergedNode('b', row.object.kind, `${message}.o`, `${message}.ok`)]),
    `MERGE (a)-[r:${row.relation} {pos: toInteger(${message}.pos)}]->(${literal ? 'a' : 'b'})`,
    `SET r += ${propertyMap(literal, (name) => `${message}.${name}`)}`,
  ].join(' ');
}

function messageOf(row: GraphRow): object {
  const { subject, object } = row;
  return { s: subject.id, sk: subject.key, o: object.id, ok: object.key, ...valuesOf(row, isLiteral(row)) };
}

/**
 * One sub-query for each message inside `UNWIND`, its statement chosen message by message: the form that the official sink
 * connector generates for Neo4j 5.26 where it has no APOC. Without its offset node, so it pays a little less than there.
 */
export function perRow(driver: Driver): GraphWriter {
  const session = driver.session(WRITING);
  return {
    name: 'per-row',
    write: async (rows) => {
      for (let at = 0; at < rows.length; at += MESSAGES_PER_BATCH) {
        const { text, parameters } = perRowStatement(rows.slice(at, at + MESSAGES_PER_BATCH));
        await session.executeWrite((transaction) => transaction.run(text, parameters).then(() => undefined));
      }
    },
    close: async () => await session.close(),
  };
}

function perRowStatement(rows: readonly GraphRow[]): { text: string; parameters: Record<string, unknown> } {
  const firsts = new Map<string, GraphRow>();
  for (const row of rows) if (!firsts.has(shapeOf(row))) firsts.set(shapeOf(row), row);
  // Sorted, so that batches with the same shapes share one text and its plan.
  const shapes = [...firsts.keys()].sort();
  const branches = shapes.map((shape, q) =>
    [
      `WITH * WHERE e.q = $q${q}`,
      `WITH e.message AS m ${mergeAll(firsts.get(shape) as GraphRow, 'm')}`,
      `RETURN ${q} AS x`,
    ].join('\n'),
  );
  const text = [
    'UNWIND $events AS e',
    'WITH e ORDER BY e.offset ASC',
    `CALL (e) {\n${branches.join('\nUNION ALL\n')}\n}`,
    'FINISH',
  ].join('\n');
  const events = rows.map((row, offset) => ({ offset, q: shapes.indexOf(shapeOf(row)), message: messageOf(row) }));
  return { text, parameters: { events, ...Object.fromEntries(shapes.map((_, q) => [`q${q}`, q])) } };
}

/** One message, one transaction. */
export function textbook(driver: Driver): GraphWriter {
  const session = driver.session(WRITING);
  const texts = new Map<string, string>();
  const textFor = (row: GraphRow): string => {
    const known = texts.get(shapeOf(row));
    if (known !== undefined) return known;
    const text = mergeAll(row, '$m');
    texts.set(shapeOf(row), text);
    return text;
  };
  return {
    name: 'textbook',
    write: async (rows) => {
      for (const row of rows)
        await session.executeWrite((transaction) =>
          transaction.run(textFor(row), { m: messageOf(row) }).then(() => undefined),
        );
    },
    close: async () => await session.close(),
  };
}
