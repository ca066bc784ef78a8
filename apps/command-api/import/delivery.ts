import { factsOf, fileName, type FileEntry, type Mapping } from './mapping.js';
import { ImportRefused } from './row-fault.js';
import { openTable, type Source, type Table } from './sources.js';

/** A file of the delivery beside what the mapping says of it. */
export interface NamedFile {
  name: string;
  entry: Exclude<FileEntry, { rows: 'none' }>;
  facts: Readonly<Record<string, string>>;
  table: Table;
}

export interface Delivery {
  files: NamedFile[];
  /** Files without rows of data, each with the reason. */
  withoutRows: { name: string; reason: string }[];
}

/**
 * Brings files and mapping together and refuses to start where they do not agree: a file or a column that the mapping does not
 * name would be lost without anybody having decided it, and one that is missing would make joins and totals wrong.
 */
export async function matchDelivery(mapping: Mapping, sources: readonly Source[]): Promise<Delivery> {
  const byName = new Map(sources.map((source) => [source.name, source]));
  const named = mapping.files.flatMap((entry) =>
    entry.files.map((ref) => ({ entry, name: fileName(ref), facts: factsOf(ref) })),
  );
  const names = new Set(named.map(({ name }) => name));
  const unknown = sources
    .filter((source) => !names.has(source.name))
    .map((source) => `${source.place}: not named in the mapping`);
  const missing = [...names]
    .filter((name) => !byName.has(name))
    .map((name) => `${name}: named in the mapping, not given`);
  if (unknown.length + missing.length > 0)
    throw new ImportRefused('delivery.files', 'The files are not those of the mapping:', [...unknown, ...missing]);

  const delivery: Delivery = { files: [], withoutRows: [] };
  const faults: string[] = [];
  for (const { entry, name, facts } of named) {
    if (entry.rows === 'none') {
      delivery.withoutRows.push({ name, reason: entry.reason });
      continue;
    }
    const table = await openTable(byName.get(name) as Source);
    faults.push(...headerFaults(entry, table.header).map((fault) => `${table.source.place}: ${fault}`));
    delivery.files.push({ name, entry, facts, table });
  }
  if (faults.length > 0)
    throw new ImportRefused(
      'delivery.columns',
      'The columns are not those of the mapping; each must be named as used or dropped:',
      faults,
    );
  return delivery;
}

function headerFaults(entry: NamedFile['entry'], header: readonly string[]): string[] {
  const repeated = header.filter((column, index) => header.indexOf(column) !== index);
  if (entry.rows === 'matrix' && entry.repeatedHeads !== undefined) return [];
  const faults = repeated.map((column) => `two columns are called "${column}"`);
  if (entry.rows === 'matrix') return faults.map((fault) => `${fault}: say in "repeatedHeads" what that means`);
  const expected = Object.keys(entry.columns);
  faults.push(
    ...header.filter((column) => !expected.includes(column)).map((column) => `the column "${column}" is not named`),
  );
  faults.push(
    ...expected.filter((column) => !header.includes(column)).map((column) => `there is no column "${column}"`),
  );
  return faults;
}
