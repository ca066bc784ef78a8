/** The bare sides of a comparison: the rows of one round of commands, read back and written again by pg alone. */
import type { Side } from '../harness/rounds.js';
import type { Comparison } from './comparison.js';
import type { CommandSide } from './command-sides.js';
import { bareWriter } from './bare-writers.js';
import { currentTransaction, emptyBareTables, keptTransactions, type KeptTransaction } from './kept-rows.js';

export interface BareSides {
  sides: Side[];
  close(): Promise<void>;
}

export async function bareSides(comparison: Comparison, { side, events }: CommandSide): Promise<BareSides> {
  const { owner, kind, say } = comparison;
  const from = await currentTransaction(owner);
  await side.prepare?.(-1);
  await side.run(-1);
  const transactions = await keptTransactions(owner, from);
  say(`${kind}: ${describe(transactions)}`);
  refuseOtherNumbers(transactions, events);
  const options = { url: comparison.ownerUrl, connections: comparison.inFlight, bulk: kind === 'bulk' };
  const what = kind === 'bulk' ? 'bare unnest' : 'bare pg';
  const writers = [
    await bareWriter({ ...options, name: what, pipelined: false }),
    await bareWriter({ ...options, name: `${what}, pipelined`, pipelined: true }),
  ];
  const sides = writers.map((writer): Side => ({
    name: writer.name,
    prepare: () => emptyBareTables(owner),
    run: async () => {
      await writer.write(transactions);
      return { events };
    },
  }));
  return { sides, close: async () => void (await Promise.all(writers.map((writer) => writer.close()))) };
}

function describe(transactions: readonly KeptTransaction[]): string {
  const rows = new Map<string, number>();
  for (const part of transactions.flat()) rows.set(part.table, (rows.get(part.table) ?? 0) + part.rows.length);
  const tables = [...rows].map(([table, count]) => `${count.toLocaleString('en')} in ${table}`).join(', ');
  return `a round leaves ${transactions.length.toLocaleString('en')} transactions: ${tables}`;
}

function refuseOtherNumbers(transactions: readonly KeptTransaction[], events: number): void {
  const written = transactions.flat().filter(({ table }) => table === 'events');
  const count = written.reduce((sum, { rows }) => sum + rows.length, 0);
  if (count !== events) throw new Error(`The commands of a round left ${count} events in place of ${events}.`);
}
