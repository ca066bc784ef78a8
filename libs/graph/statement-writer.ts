import { spacedWords } from '#identifiers';
import { hint, type CrowdedRows } from './crowd.js';
import type { GraphTransaction } from './graph.js';
import type { RegradeWrite, RemovalWrite, StatementWrite, WithdrawalWrite } from './statement.js';
import {
  INTEGERS,
  linkCypher,
  literalCypher,
  LITERALS,
  regradeCypher,
  removalCypher,
  withdrawalCypher,
} from './statement-cypher.js';
import { columns, endsOf } from './statement-lists.js';

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

/** Up to this share of different subjects among the rows, merging each once is cheaper. */
const MEETING = 0.6;

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
  const meeting = from.ids.length <= MEETING * rows.length;
  const a = meeting ? from : subjectsOf(rows);
  const [crowded] = await transaction.runLists<CrowdedRows>(linkCypher(relation, subject.kind, object.kind, meeting), {
    a: a.ids,
    aKey: a.keys,
    ...(subject.kind === 'name' ? { aWords: a.keys.map(spacedWords) } : {}),
    ...(meeting ? { aAt: from.at } : {}),
    b: to.ids,
    bKey: to.keys,
    ...(object.kind === 'name' ? { bWords: to.keys.map(spacedWords) } : {}),
    bAt: to.at,
    ...columns(rows, INTEGERS),
  });
  if (crowded !== undefined) await hint(transaction, rows, crowded);
}

async function writeLiterals(transaction: GraphTransaction, rows: readonly StatementWrite[]): Promise<void> {
  const [{ subject }] = rows as [StatementWrite];
  const { ids, keys } = subjectsOf(rows);
  const [crowded] = await transaction.runLists<CrowdedRows>(literalCypher(subject.kind), {
    a: ids,
    aKey: keys,
    ...(subject.kind === 'name' ? { aWords: keys.map(spacedWords) } : {}),
    ...columns(rows, [...INTEGERS, ...LITERALS]),
  });
  if (crowded !== undefined) await hint(transaction, rows, crowded);
}

function subjectsOf(rows: readonly StatementWrite[]): { ids: string[]; keys: string[] } {
  return { ids: rows.map((row) => row.subject.id), keys: rows.map((row) => row.subject.key) };
}

/** Ends the statements. Returns how many of them were not there, or had been ended before. */
export async function withdrawStatements(
  transaction: GraphTransaction,
  withdrawals: readonly WithdrawalWrite[],
): Promise<number> {
  const counts = await Promise.all(
    byShape(withdrawals, ({ relation, ifAny }) => `${relation}${ifAny ? ' if any' : ''}`).map(async (rows) => {
      const [{ relation, ifAny }] = rows as [WithdrawalWrite];
      const [answer] = await transaction.runLists<{ found: number }>(withdrawalCypher(relation), {
        a: rows.map((row) => row.subject.id),
        b: rows.map((row) => row.object.id),
        ref: rows.map((row) => row.ref),
        i: rows.map((row) => row.i),
        pos: rows.map((row) => row.pos),
      });
      return ifAny ? 0 : Math.max(0, rows.length - (answer?.found ?? 0));
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
      const [answer] = await transaction.runLists<{ found: number } & CrowdedRows>(regradeCypher(relation), {
        a: rows.map((row) => row.subject.id),
        b: rows.map((row) => row.object.id),
        ref: rows.map((row) => row.ref),
        i: rows.map((row) => row.i),
        aud: rows.map((row) => row.aud),
        hows: rows.map((row) => row.hows),
      });
      if (answer !== undefined) await hint(transaction, rows, answer);
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
