import { damaged, REPLACEMENT, type RawRecord } from './csv-records.js';
import { RowFault } from './row-fault.js';
import { MAX_RECORD, type Line } from './text-lines.js';

/** Rows of an NDJSON file as cells in the order of `columns`; an absent field and null are an empty cell. */
export async function* ndjsonRecords(
  batches: AsyncIterable<Line[]>,
  columns: readonly string[],
): AsyncGenerator<RawRecord[]> {
  for await (const batch of batches)
    yield batch.filter(({ text }) => text?.trim() !== '').map((line) => rowOf(line, columns));
}

/** Every field that any line names. */
export async function ndjsonColumns(batches: AsyncIterable<Line[]>): Promise<string[]> {
  const fields = new Set<string>();
  for await (const batch of batches)
    for (const { text } of batch) for (const field of Object.keys(objectIn(text) ?? {})) fields.add(field);
  return [...fields];
}

function rowOf({ line, text }: Line, columns: readonly string[]): RawRecord {
  if (text === undefined)
    return { line, fault: new RowFault('row.too-long', `The row is longer than ${MAX_RECORD} characters`) };
  if (text.includes(REPLACEMENT) || text.includes('\\u0000')) return { line, fault: damaged() };
  const object = objectIn(text);
  if (object === undefined) return { line, fault: new RowFault('row.not-json', 'The line is not a JSON object') };
  const cells: string[] = [];
  for (const column of columns) {
    const value = object[column];
    if (value !== null && typeof value === 'object')
      return { line, fault: new RowFault('cell.nested', 'The field holds a list or an object, not one value', column) };
    cells.push(value === undefined || value === null ? '' : String(value as string | number | boolean));
  }
  return { line, cells };
}

function objectIn(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
