/**
 * The texts of the hand-written writers: merge, merge, create. Labels and relationship types cannot be parameters in Cypher, so
 * each shape (relation, kind, kind) has its text, made once from the closed lists of `#events`; values are always parameters.
 * Numbers travel as floats and become integers in the store: the driver needs 0.9 us to pack one integer, and a row has nine.
 */
import { ENTITY_LABELS, type EntityKind } from '#events';
import { INTEGERS, LITERALS, isLiteral, shapeOf, type GraphRow } from './graph-rows.js';

/** A statement for rows of one shape. */
export type StatementFor = (rows: readonly GraphRow[]) => { text: string; parameters: object };

const texts = new Map<string, string>();

function textOf(form: string, row: GraphRow, make: () => string[]): string {
  const key = `${form} ${shapeOf(row)}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = make().join('\n');
  texts.set(key, text);
  return text;
}

/** `{pos: toInteger(row.pos), ...}`: a property that is null is not set. */
export function propertyMap(literal: boolean, value: (name: string) => string): string {
  const integers = INTEGERS.map((name) => `${name}: toInteger(${value(name)})`);
  return `{${[...integers, ...(literal ? LITERALS.map((name) => `${name}: ${value(name)}`) : [])].join(', ')}}`;
}

export function mergedNode(variable: string, kind: EntityKind, id: string, key: string): string {
  return `MERGE (${variable}:Entity {id: ${id}}) ON CREATE SET ${variable}:${ENTITY_LABELS[kind]}, ${variable}.key = ${key}`;
}

/** The properties of a row by name, without those that it has not. */
export function valuesOf(row: GraphRow, literal: boolean): Record<string, number | string | boolean> {
  const values: Record<string, number | string | boolean> = {};
  for (const name of INTEGERS) if (row[name] !== undefined) values[name] = row[name];
  if (literal) for (const name of LITERALS) if (row[name] !== undefined) values[name] = row[name];
  return values;
}

/** `UNWIND` of a list of maps. */
export const listOfMaps: StatementFor = (rows) => {
  const first = rows[0] as GraphRow;
  const literal = isLiteral(first);
  const text = textOf('maps', first, () => [
    'UNWIND $rows AS row',
    mergedNode('a', first.subject.kind, 'row.s', 'row.sk'),
    ...(literal ? [] : [mergedNode('b', first.object.kind, 'row.o', 'row.ok')]),
    `CREATE (a)-[:${first.relation} ${propertyMap(literal, (name) => `row.${name}`)}]->(${literal ? 'a' : 'b'})`,
  ]);
  const maps = rows.map((row) => ({
    s: row.subject.id,
    sk: row.subject.key,
    ...(!literal && { o: row.object.id, ok: row.object.key }),
    ...valuesOf(row, literal),
  }));
  return { text, parameters: { rows: maps } };
};

/** One list for each value: no map keys on the wire, none to look up in the server. */
export const parallelLists: StatementFor = (rows) => {
  const first = rows[0] as GraphRow;
  const literal = isLiteral(first);
  const text = textOf('lists', first, () => [
    'UNWIND range(0, size($s) - 1) AS i',
    mergedNode('a', first.subject.kind, '$s[i]', '$sk[i]'),
    ...(literal ? [] : [mergedNode('b', first.object.kind, '$o[i]', '$ok[i]')]),
    `CREATE (a)-[:${first.relation} ${propertyMap(literal, (name) => `$${name}[i]`)}]->(${literal ? 'a' : 'b'})`,
  ]);
  const parameters: Record<string, unknown[]> = {
    s: rows.map((row) => row.subject.id),
    sk: rows.map((row) => row.subject.key),
    ...(!literal && { o: rows.map((row) => row.object.id), ok: rows.map((row) => row.object.key) }),
  };
  for (const name of [...INTEGERS, ...(literal ? LITERALS : [])])
    parameters[name] = rows.map((row) => row[name] ?? null);
  return { text, parameters };
};
