import { ENTITY_LABELS, type EntityKind, type RelationType } from '#events';
import { CROWDED_ROWS } from './crowd.js';

/**
 * Set-based writes: one constant Cypher for each (relation, kind, kind), with one list for each property. The texts are put
 * together from the closed lists of `#events` only, once each. Lists side by side are cheaper for both ends than a list of
 * maps, and integers travel as floats that the store converts: the driver packs an integer ten times slower.
 *
 * MERGE stands on the unique id only. A relationship is created and never merged: merging between two hubs costs thirty
 * times as much, and the position that moves in the same transaction makes it needless.
 */
export const INTEGERS = [
  'pos',
  'ref',
  'i',
  'aud',
  'org',
  'how',
  'src',
  'from',
  'to',
  'conf',
  'n',
  'cat',
  'role',
] as const;
/** Of `STATED`. A number among the values stays the float that it is. */
export const LITERALS = ['prop', 'val', 'unit'] as const;

/** A name has its words beside its key, from which they follow, so that those that are alike can be found by an index. */
const mergeNode = (node: string, kind: EntityKind, id: string, key: string, words: string): string =>
  `MERGE (${node}:Entity {id: ${id}}) ON CREATE SET ${node}:${ENTITY_LABELS[kind]}, ${node}.key = ${key}` +
  (kind === 'name' ? `, ${node}.words = ${words}` : '');

const integers = INTEGERS.map((name) => `${name}: toInteger($${name}[j])`).join(', ');
const literals = LITERALS.map((name) => `${name}: $${name}[j]`).join(', ');
const ROWS = 'UNWIND range(0, size($pos) - 1) AS j';

/**
 * Objects are merged once each, ahead, and rows name theirs by its place; so are subjects where rows meet in few of them
 * (`meeting`), and otherwise each row merges its own.
 */
export function linkCypher(relation: RelationType, from: EntityKind, to: EntityKind, meeting: boolean): string {
  const ahead = (node: string, kind: EntityKind): string =>
    `UNWIND range(0, size($${node}) - 1) AS k ${mergeNode('e', kind, `$${node}[k]`, `$${node}Key[k]`, `$${node}Words[k]`)}`;
  const link = `CREATE (a)-[r:${relation} {${integers}}]->(b) WITH j, a, b, r RETURN ${CROWDED_ROWS}`;
  const object = 'ys[toInteger($bAt[j])] AS b';
  return meeting
    ? `${ahead('a', from)} WITH collect(e) AS xs ${ahead('b', to)} WITH xs, collect(e) AS ys ` +
        `${ROWS} WITH j, xs[toInteger($aAt[j])] AS a, ${object} ${link}`
    : `${ahead('b', to)} WITH collect(e) AS ys ${ROWS} WITH j, ${object} ${mergeNode('a', from, '$a[j]', '$aKey[j]', '$aWords[j]')} ${link}`;
}

export function literalCypher(kind: EntityKind): string {
  return `${ROWS} ${mergeNode('a', kind, '$a[j]', '$aKey[j]', '$aWords[j]')} CREATE (a)-[r:STATED {${integers}, ${literals}}]->(a) WITH j, a, a AS b, r RETURN ${CROWDED_ROWS}`;
}

/**
 * A withdrawal ends what was said before it. So one stream may say the same anew under the same index, in the event that
 * withdraws it or later, and both may lie in one batch: each statement ends with the first withdrawal after it.
 */
export function withdrawalCypher(relation: RelationType): string {
  return (
    `UNWIND range(0, size($a) - 1) AS j MATCH (a:Entity {id: $a[j]})-[r:${relation}]->(b:Entity {id: $b[j]}) ` +
    'WHERE r.ref = toInteger($ref[j]) AND coalesce(r.i, 0) = toInteger($i[j]) AND r.gone IS NULL ' +
    'AND r.pos < toInteger($pos[j]) WITH r, min(toInteger($pos[j])) AS pos SET r.gone = pos RETURN count(r) AS found'
  );
}

/** Withdrawn statements too: access to the past follows the marking in force now. */
export function regradeCypher(relation: RelationType): string {
  return (
    `UNWIND range(0, size($a) - 1) AS j MATCH (a:Entity {id: $a[j]})-[r:${relation}]->(b:Entity {id: $b[j]}) ` +
    'WHERE r.ref = toInteger($ref[j]) AND coalesce(r.i, 0) = toInteger($i[j]) ' +
    'SET r.aud = toInteger($aud[j]), r.hows = CASE WHEN size($hows[j]) = 0 THEN r.hows ' +
    'ELSE coalesce(r.hows, []) + [how IN $hows[j] | toInteger(how)] END ' +
    `RETURN count(r) AS found, ${CROWDED_ROWS}`
  );
}

export function removalCypher(relation: RelationType): string {
  return (
    `UNWIND range(0, size($a) - 1) AS j MATCH (a:Entity {id: $a[j]})-[r:${relation}]->(b:Entity {id: $b[j]}) ` +
    'WHERE r.ref = toInteger($ref[j]) DELETE r'
  );
}
