/**
 * The rows that the app wrote, read back transaction by transaction, so that the bare side writes exactly the same ones: same
 * tables (copies with all their columns, defaults and indexes), same values, same division into transactions.
 */
import type pg from 'pg';

/** Tables that a command writes to. A row that belongs to a whole call and not to an event is left out (`bulk_calls`). */
export const COMMAND_TABLES = [
  'events',
  'idempotency_keys',
  'assertion_references',
  'removals',
  'removal_references',
  'case_facts',
  'audit',
  'bulk_chunks',
] as const;
export type CommandTable = (typeof COMMAND_TABLES)[number];

export interface TableRows {
  table: CommandTable;
  columns: readonly Column[];
  /** Values in PostgreSQL's own text form. */
  rows: (string | null)[][];
}

export interface Column {
  name: string;
  type: string;
}

/** What one transaction wrote. */
export type KeptTransaction = TableRows[];

/** Columns that a writer gives; identities and transaction ids come from the database. */
async function givenColumns(client: pg.ClientBase, table: CommandTable): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attidentity = '' AND format_type(a.atttypid, a.atttypmod) <> 'xid8' ORDER BY a.attnum`,
    [table],
  );
  return rows;
}

/** Makes the empty copies in a schema of their own. */
export async function makeBareTables(client: pg.ClientBase): Promise<void> {
  await client.query('CREATE SCHEMA bare');
  for (const table of COMMAND_TABLES)
    await client.query(`CREATE TABLE bare.${table} (LIKE public.${table} INCLUDING ALL)`);
}

export async function emptyBareTables(client: pg.ClientBase): Promise<void> {
  await client.query(`TRUNCATE ${COMMAND_TABLES.map((table) => `bare.${table}`).join(', ')}`);
}

/** The transactions with an id from `fromTransaction` on, in their order. */
export async function keptTransactions(client: pg.ClientBase, fromTransaction: string): Promise<KeptTransaction[]> {
  const transactions = new Map<string, KeptTransaction>();
  for (const table of COMMAND_TABLES) {
    const columns = await givenColumns(client, table);
    const values = columns.map(({ name }) => `"${name}"::text`).join(', ');
    // The low 32 bits of the id are all that a row keeps; a run of ten minutes does not wrap around.
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT xmin::text, ${values} FROM ${table} WHERE xmin::text::bigint >= $1::bigint % 4294967296 ORDER BY xmin::text::bigint`,
      values: [fromTransaction],
      rowMode: 'array',
    });
    for (const [transaction, ...row] of rows) {
      const kept = transactions.get(transaction as string) ?? [];
      transactions.set(transaction as string, kept);
      const last = kept.at(-1);
      if (last?.table === table) last.rows.push(row);
      else kept.push({ table, columns, rows: [row] });
    }
  }
  // A transaction without an event is not a command (a bulk call's own row, say).
  return [...transactions.values()].filter((kept) => kept[0]?.table === 'events');
}

export async function currentTransaction(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS id');
  return (rows[0] as { id: string }).id;
}
