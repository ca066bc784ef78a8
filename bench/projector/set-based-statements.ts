/**
 * The texts of the hand-written writers: merge, merge, create. Labels and relationship types cannot be parameters in Cypher, so
 * each shape (relation, kind, kind) has its text, made once from the closed lists of `#events`; values are always parameters.
 */
import { labelOf, shapeOf, type GraphRow } from './graph-row.js';

/** A statement for rows of one shape. */
export type StatementFor = (rows: readonly GraphRow[]) => { text: string; parameters: object };

const PROPERTIES = ['pos', 'ref', 'aud', 'org', 'how', 'src', 'from', 'to', 'n'] as const;
const LITERAL_PROPERTIES = [...PROPERTIES, 'prop', 'val'] as const;

const texts = new Map<string, string>();

function textOf(form: string, row: GraphRow, make: () => string[]): string {
  const key = `${form} ${shapeOf(row)}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = make().join('\n');
  texts.set(key, text);
  return text;
}

function merged(variable: string, kind: GraphRow['subjectKind'], id: string, key: string): string {
  return `MERGE (${variable}:Entity {id: ${id}}) ON CREATE SET ${variable}:${labelOf(kind)}, ${variable}.key = ${key}`;
}

const isLiteral = (row: GraphRow): boolean => row.relation === 'STATED';

/** `UNWIND` of a list of maps. */
export const listOfMaps: StatementFor = (rows) => {
  const first = rows[0] as GraphRow;
  const literal = isLiteral(first);
  const text = textOf('maps', first, () => [
    'UNWIND $rows AS row',
    merged('a', first.subjectKind, 'row.s', 'row.sk'),
    ...(literal ? [] : [merged('b', first.objectKind, 'row.o', 'row.ok')]),
    `CREATE (a)-[r:${first.relation}]->(${literal ? 'a' : 'b'}) SET r = row.p`,
  ]);
  const maps = rows.map((row) => ({
    s: row.subjectId,
    sk: row.subjectKey,
    ...(!literal && { o: row.objectId, ok: row.objectKey }),
    p: row.properties,
  }));
  return { text, parameters: { rows: maps } };
};

/** One list for each value: no map keys on the wire, none to look up in the server. */
export const parallelLists: StatementFor = (rows) => {
  const first = rows[0] as GraphRow;
  const literal = isLiteral(first);
  const properties = literal ? LITERAL_PROPERTIES : PROPERTIES;
  const text = textOf('lists', first, () => [
    'UNWIND range(0, size($s) - 1) AS i',
    merged('a', first.subjectKind, '$s[i]', '$sk[i]'),
    ...(literal ? [] : [merged('b', first.objectKind, '$o[i]', '$ok[i]')]),
    `CREATE (a)-[:${first.relation} {${properties.map((name) => `${name}: $${name}[i]`).join(', ')}}]->(${literal ? 'a' : 'b'})`,
  ]);
  const parameters: Record<string, unknown[]> = {
    s: rows.map((row) => row.subjectId),
    sk: rows.map((row) => row.subjectKey),
    ...(!literal && { o: rows.map((row) => row.objectId), ok: rows.map((row) => row.objectKey) }),
  };
  for (const name of properties) parameters[name] = rows.map((row) => row.properties[name] ?? null);
  return { text, parameters };
};
