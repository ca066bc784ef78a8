import { ENTITY_LABELS, type EntityKind, type RelationType } from '#events';
import type { GraphTransaction } from './graph.js';
import type { RegradeWrite, RemovalWrite, StatementWrite, WithdrawalWrite } from './statement.js';

/**
 * Set-based writes: one constant Cypher for each (relation, kind, kind), with one list for each property. The texts are put
 * together from the closed lists of `#events` only, once each. Lists side by side are cheaper for both ends than a list of
 * maps, and integers travel as floats that the store converts: the driver packs an integer ten times slower.
 *
 * MERGE stands on the unique id only. A relationship is created and never merged: merging between two hubs costs thirty
 * times as much, and the position that moves in the same transaction makes it needless.
 */
const INTEGERS = ['pos', 'ref', 'i', 'aud', 'org', 'how', 'src', 'from', 'to', 'conf', 'n', 'cat'] as const;
/** Of `STATED`. A number among the values stays the float that it is. */
const LITERALS = ['prop', 'val', 'unit'] as const;

const mergeNode = (node: string, kind: EntityKind, id: string, key: string): string =>
  `MERGE (${node}:Entity {id: ${id}}) ON CREATE SET ${node}:${ENTITY_LABELS[kind]}, ${node}.key = ${key}`;

const integers = INTEGERS.map((name) => `${name}: toInteger($${name}[j])`).join(', ');
const literals = LITERALS.map((name) => `${name}: $${name}[j]`).join(', ');
const ROWS = 'UNWIND range(0, size($pos) - 1) AS j';

/** Which ends are merged once ahead, their rows naming them by place; each row merges the others itself. */
interface Once {
  a: boolean;
  b: boolean;
}

function linkCypher(relation: RelationType, from: EntityKind, to: EntityKind, { a, b }: Once): string {
  const ahead = (node: string, kind: EntityKind): string =>
    `UNWIND range(0, size($${node}) - 1) AS k ${mergeNode('e', kind, `$${node}[k]`, `$${node}Key[k]`)}`;
  return [
    a ? `${ahead('a', from)} WITH collect(e) AS xs` : '',
    b ? `${ahead('b', to)} WITH ${a ? 'xs, ' : ''}collect(e) AS ys` : '',
    ROWS,
    a || b ? `WITH j${a ? ', xs[toInteger($aAt[j])] AS a' : ''}${b ? ', ys[toInteger($bAt[j])] AS b' : ''}` : '',
    a ? '' : mergeNode('a', from, '$a[j]', '$aKey[j]'),
    b ? '' : mergeNode('b', to, '$b[j]', '$bKey[j]'),
    `CREATE (a)-[:${relation} {${integers}}]->(b)`,
  ]
    .filter((clause) => clause !== '')
    .join(' ');
}

function literalCypher(kind: EntityKind): string {
  return `${ROWS} ${mergeNode('a', kind, '$a[j]', '$aKey[j]')} CREATE (a)-[:STATED {${integers}, ${literals}}]->(a)`;
}

function withdrawalCypher(relation: RelationType): string {
  return (
    `UNWIND range(0, size($a) - 1) AS j MATCH (a:Entity {id: $a[j]})-[r:${relation}]->(b:Entity {id: $b[j]}) ` +
    'WHERE r.ref = toInteger($ref[j]) AND coalesce(r.i, 0) = toInteger($i[j]) AND r.gone IS NULL ' +
    'SET r.gone = toInteger($pos[j]) RETURN count(r) AS found'
  );
}

/** Withdrawn statements too: access to the past follows the marking in force now. */
function regradeCypher(relation: RelationType): string {
  return (
    `UNWIND range(0, size($a) - 1) AS j MATCH (a:Entity {id: $a[j]})-[r:${relation}]->(b:Entity {id: $b[j]}) ` +
    'WHERE r.ref = toInteger($ref[j]) AND coalesce(r.i, 0) = toInteger($i[j]) ' +
    'SET r.aud = toInteger($aud[j]), r.hows = CASE WHEN size($hows[j]) = 0 THEN r.hows ' +
    'ELSE coalesce(r.hows, []) + [how IN $hows[j] | toInteger(how)] END RETURN count(r) AS found'
  );
}

function removalCypher(relation: RelationType): string {
  return (
    `UNWIND range(0, size($a) - 1) AS j MATCH (a:Entity {id: $a[j]})-[r:${relation}]->(b:Entity {id: $b[j]}) ` +
    'WHERE r.ref = toInteger($ref[j]) DELETE r'
  );
}

/** The rows by what decides their Cypher, in sorted order: two transactions side by side then take locks alike. */
function byShape<Row>(rows: readonly Row[], shapeOf: (row: Row) => string): Row[][] {
  const shapes = new Map<string, Row[]>();
  for (const row of rows) {
    const shape = shapeOf(row);
    const same = shapes.get(shape);
    if (same === undefined) shapes.set(shape, [row]);
    else same.push(row);
  }
  return [...shapes.keys()].sort().map((shape) => shapes.get(shape) ?? []);
}

/** A list for each property; empty when no row has it, because an index beyond the end is null too. */
function columns<Name extends keyof StatementWrite>(
  rows: readonly StatementWrite[],
  names: readonly Name[],
): Record<string, unknown[]> {
  const lists: Record<string, unknown[]> = {};
  for (const name of names) {
    let present = false;
    const values = rows.map((row) => {
      const value = row[name];
      if (value === undefined) return null;
      present = true;
      return value;
    });
    lists[name] = present ? values : [];
  }
  return lists;
}

/** Ends of rows, each named once, and for each row the place of its own. */
interface Ends {
  ids: string[];
  keys: string[];
  at: number[];
}

function endsOf(rows: readonly StatementWrite[], end: 'subject' | 'object'): Ends {
  const places = new Map<string, number>();
  const ends: Ends = { ids: [], keys: [], at: [] };
  for (const row of rows) {
    const { id, key } = row[end];
    let place = places.get(id);
    if (place === undefined) {
      place = ends.ids.push(id) - 1;
      places.set(id, place);
      ends.keys.push(key);
    }
    ends.at.push(place);
  }
  return ends;
}

/** Up to this share of different ends among the rows, merging each once is cheaper; above it, dearer. */
const MEETING = 0.6;

const meet = ({ ids, at }: Ends): boolean => ids.length <= MEETING * at.length;

/** Creates the statements and those of their ends that are not there yet. */
export async function writeStatements(
  transaction: GraphTransaction,
  statements: readonly StatementWrite[],
): Promise<void> {
  const shapes = byShape(statements, ({ relation, subject, object }) => `${relation} ${subject.kind} ${object.kind}`);
  await Promise.all(
    shapes.map(async (rows) => {
      const [{ relation }] = rows as [StatementWrite];
      await (relation === 'STATED' ? writeLiterals(transaction, rows) : writeLinks(transaction, rows));
    }),
  );
}

async function writeLinks(transaction: GraphTransaction, rows: readonly StatementWrite[]): Promise<void> {
  const [{ relation, subject, object }] = rows as [StatementWrite];
  const [from, to] = [endsOf(rows, 'subject'), endsOf(rows, 'object')];
  const once = { a: meet(from), b: meet(to) };
  await transaction.runLists(linkCypher(relation, subject.kind, object.kind, once), {
    ...(once.a
      ? { a: from.ids, aKey: from.keys, aAt: from.at }
      : { a: rows.map((row) => row.subject.id), aKey: rows.map((row) => row.subject.key) }),
    ...(once.b
      ? { b: to.ids, bKey: to.keys, bAt: to.at }
      : { b: rows.map((row) => row.object.id), bKey: rows.map((row) => row.object.key) }),
    ...columns(rows, INTEGERS),
  });
}

async function writeLiterals(transaction: GraphTransaction, rows: readonly StatementWrite[]): Promise<void> {
  const [{ subject }] = rows as [StatementWrite];
  const ends = { a: rows.map((row) => row.subject.id), aKey: rows.map((row) => row.subject.key) };
  await transaction.runLists(literalCypher(subject.kind), { ...ends, ...columns(rows, [...INTEGERS, ...LITERALS]) });
}

/** A statement ends once; the later of two withdrawals in one batch must lose as it would in two. */
function firstOfEach(withdrawals: readonly WithdrawalWrite[]): WithdrawalWrite[] {
  const seen = new Set<string>();
  return withdrawals.filter(({ relation, subject, object, ref, i }) => {
    const statement = `${relation} ${subject.id} ${object.id} ${ref} ${i}`;
    return !seen.has(statement) && seen.add(statement);
  });
}

/** Ends the statements. Returns how many of them were not there, or had been ended before. */
export async function withdrawStatements(
  transaction: GraphTransaction,
  withdrawals: readonly WithdrawalWrite[],
): Promise<number> {
  const counts = await Promise.all(
    byShape(firstOfEach(withdrawals), ({ relation }) => relation).map(async (rows) => {
      const [{ relation }] = rows as [WithdrawalWrite];
      const [answer] = await transaction.runLists<{ found: number }>(withdrawalCypher(relation), {
        a: rows.map((row) => row.subject.id),
        b: rows.map((row) => row.object.id),
        ref: rows.map((row) => row.ref),
        i: rows.map((row) => row.i),
        pos: rows.map((row) => row.pos),
      });
      return rows.length - (answer?.found ?? 0);
    }),
  );
  return counts.reduce((sum, missing) => sum + missing, 0);
}

interface Regraded extends RegradeWrite {
  hows: number[];
}

/** Regrades of one statement in one batch, put together in their order: the last audience counts, every grading is kept. */
function together(regrades: readonly RegradeWrite[]): Regraded[] {
  const found = new Map<string, Regraded>();
  for (const regrade of regrades) {
    const { relation, subject, object, ref, i, how } = regrade;
    const statement = `${relation} ${subject.id} ${object.id} ${ref} ${i}`;
    const hows = [...(found.get(statement)?.hows ?? []), ...(how === undefined ? [] : [how])];
    found.set(statement, { ...regrade, hows });
  }
  return [...found.values()];
}

/** Gives statements their new audience, and a later grading where there is one. Returns how many of them were not there. */
export async function regradeStatements(
  transaction: GraphTransaction,
  regrades: readonly RegradeWrite[],
): Promise<number> {
  const counts = await Promise.all(
    byShape(together(regrades), ({ relation }) => relation).map(async (rows) => {
      const [{ relation }] = rows as [Regraded];
      const [answer] = await transaction.runLists<{ found: number }>(regradeCypher(relation), {
        a: rows.map((row) => row.subject.id),
        b: rows.map((row) => row.object.id),
        ref: rows.map((row) => row.ref),
        i: rows.map((row) => row.i),
        aud: rows.map((row) => row.aud),
        hows: rows.map((row) => row.hows),
      });
      return rows.length - (answer?.found ?? 0);
    }),
  );
  return counts.reduce((sum, missing) => sum + missing, 0);
}

/** Takes statements away as if they had never been made: only for a stream that is projected anew. */
export async function removeStatements(
  transaction: GraphTransaction,
  removals: readonly RemovalWrite[],
): Promise<void> {
  await Promise.all(
    byShape(removals, ({ relation }) => relation).map(async (rows) => {
      const [{ relation }] = rows as [RemovalWrite];
      await transaction.runLists(removalCypher(relation), {
        a: rows.map((row) => row.subject),
        b: rows.map((row) => row.object),
        ref: rows.map((row) => row.ref),
      });
    }),
  );
}
