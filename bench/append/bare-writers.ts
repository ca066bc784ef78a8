/** Bare pg: the same rows in the same transactions, and nothing else of what a command does. */
import pg from 'pg';
import type { KeptTransaction, TableRows } from './kept-rows.js';

export interface BareWriter {
  name: string;
  write(transactions: readonly KeptTransaction[]): Promise<void>;
  close(): Promise<void>;
}

function columnList({ columns }: TableRows): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

/** `INSERT ... VALUES ($1, ...)` for one row, prepared once on each connection. */
function oneRow(part: TableRows): { name: string; text: string } {
  const places = part.columns.map((_, at) => `$${at + 1}`).join(', ');
  return {
    name: `bare_${part.table}`,
    text: `INSERT INTO bare.${part.table} (${columnList(part)}) VALUES (${places})`,
  };
}

/** `INSERT ... SELECT FROM unnest(...)`, one array for each column; columns that are arrays themselves travel as text. */
function manyRows(part: TableRows): { name: string; text: string } {
  const isArray = (type: string): boolean => type.endsWith('[]');
  const arrays = part.columns.map(({ type }, at) => `$${at + 1}::${isArray(type) ? 'text' : type}[]`).join(', ');
  const values = part.columns.map(({ type }, at) => (isArray(type) ? `r.c${at}::${type}` : `r.c${at}`)).join(', ');
  const names = part.columns.map((_, at) => `c${at}`).join(', ');
  return {
    name: `bare_many_${part.table}`,
    text: `INSERT INTO bare.${part.table} (${columnList(part)}) SELECT ${values} FROM unnest(${arrays}) AS r (${names})`,
  };
}

interface Insert {
  name: string;
  text: string;
  values: unknown[];
}

function insertsOf(transaction: KeptTransaction, bulk: boolean): Insert[] {
  return transaction.flatMap((part): Insert[] =>
    bulk
      ? [{ ...manyRows(part), values: part.columns.map((_, at) => part.rows.map((row) => row[at] ?? null)) }]
      : part.rows.map((row) => ({ ...oneRow(part), values: row })),
  );
}

async function awaited(client: pg.Client, inserts: Insert[]): Promise<void> {
  await client.query('BEGIN');
  for (const insert of inserts) await client.query(insert);
  await client.query('COMMIT');
}

/** Sent without waiting for each other's answers: one round trip for the whole transaction. */
async function pipelined(client: pg.Client, inserts: Insert[]): Promise<void> {
  await Promise.all([client.query('BEGIN'), ...inserts.map((insert) => client.query(insert)), client.query('COMMIT')]);
}

export interface BareOptions {
  url: string;
  name: string;
  connections: number;
  /** One `unnest` for each table and transaction in place of one `INSERT` for each row. */
  bulk: boolean;
  pipelined: boolean;
}

export async function bareWriter(options: BareOptions): Promise<BareWriter> {
  const config: pg.ClientConfig & { pipeline?: boolean } = {
    connectionString: options.url,
    application_name: 'bench-bare',
    ...(options.pipelined && { pipeline: true }),
  };
  const clients = Array.from({ length: options.connections }, () => new pg.Client(config));
  await Promise.all(clients.map((client) => client.connect()));
  const writeOne = options.pipelined ? pipelined : awaited;
  return {
    name: options.name,
    write: async (transactions) => {
      let next = 0;
      const work = async (client: pg.Client): Promise<void> => {
        for (let at = next++; at < transactions.length; at = next++)
          await writeOne(client, insertsOf(transactions[at] as KeptTransaction, options.bulk));
      };
      await Promise.all(clients.map(work));
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}
