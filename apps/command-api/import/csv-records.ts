import { parse } from 'csv-parse/sync';
import { RowFault } from './row-fault.js';
import { MAX_RECORD, type Line } from './text-lines.js';

/** A row of a file as text, or why it cannot be read. `line` is the line that it begins on. */
export type RawRecord = { line: number; cells: string[] } | { line: number; fault: RowFault };

/** Damage of the file itself: a cell that was decoded from no valid UTF-8 holds this character. */
export const REPLACEMENT = '\ufffd';

interface Framed {
  line: number;
  text: string;
}

/**
 * CSV records (RFC 4180). The file is cut into records first and csv-parse reads the cells after, because csv-parse drops every
 * row after a bad quote or an overlong record when it is told to go on: a fault must cost its own row and no other.
 */
export async function* csvRecords(batches: AsyncIterable<Line[]>): AsyncGenerator<RawRecord[]> {
  let open: Line[] = [];
  for await (const batch of batches) {
    const result = frame([...open, ...batch], false);
    open = result.open;
    yield parsed(result.records);
  }
  yield parsed(frame(open, true).records);
}

/** Cuts lines into records: a record goes on while a quote that opened a cell is open. */
function frame(lines: readonly Line[], last: boolean): { records: (Framed | RawRecord)[]; open: Line[] } {
  const records: (Framed | RawRecord)[] = [];
  let index = 0;
  while (index < lines.length) {
    const first = lines[index] as Line;
    if (first.text === undefined) {
      records.push({ line: first.line, fault: tooLong() });
      index += 1;
    } else if (first.text === '') {
      index += 1;
    } else if (!first.text.includes('"')) {
      records.push({ line: first.line, text: first.text });
      index += 1;
    } else {
      const found = quotedRecord(lines, index);
      if (found === 'open' && !last) return { records, open: lines.slice(index) };
      if (typeof found === 'string') {
        records.push({
          line: first.line,
          fault: new RowFault('row.quote-open', 'A quote opens a cell on this line and is never closed'),
        });
        index += 1;
      } else {
        records.push({ line: first.line, text: found.text });
        index = found.next;
      }
    }
  }
  return { records, open: [] };
}

/** The record that begins at a line; `open` when its end has not been read yet, `endless` when it cannot have one. */
function quotedRecord(lines: readonly Line[], start: number): { text: string; next: number } | 'open' | 'endless' {
  let text = '';
  let quoted = false;
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index]?.text;
    if (line === undefined || text.length + line.length > MAX_RECORD) return 'endless';
    quoted = quotedAtEnd(line, quoted);
    text += index === start ? line : `\n${line}`;
    if (!quoted) return { text, next: index + 1 };
  }
  return 'open';
}

/** Whether a cell is still open at the end of a line. A quote opens a cell only where a cell begins. */
function quotedAtEnd(line: string, open: boolean): boolean {
  let quoted = open;
  let cellStart = !open;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index];
    if (quoted) {
      if (character !== '"') continue;
      if (line[index + 1] === '"') index += 1;
      else quoted = false;
    } else if (character === '"' && cellStart) quoted = true;
    cellStart = !quoted && character === ',';
  }
  return quoted;
}

function tooLong(): RowFault {
  return new RowFault('row.too-long', `The row is longer than ${MAX_RECORD} characters`);
}

function parsed(records: readonly (Framed | RawRecord)[]): RawRecord[] {
  const framed = records.filter((record) => 'text' in record);
  const rows = tryParse(framed.map((record) => record.text).join('\n'));
  if (rows?.length === framed.length) {
    let next = 0;
    return records.map((record) => ('text' in record ? readable(record.line, rows[next++] ?? []) : record));
  }
  return records.map((record) => {
    if (!('text' in record)) return record;
    const row = tryParse(record.text);
    return row?.length === 1
      ? readable(record.line, row[0] ?? [])
      : { line: record.line, fault: new RowFault('row.quotes', 'The quotes of this row are not those of a CSV row') };
  });
}

function readable(line: number, cells: string[]): RawRecord {
  return cells.some((cell) => cell.includes(REPLACEMENT) || cell.includes('\0'))
    ? { line, fault: damaged() }
    : { line, cells };
}

export function damaged(): RowFault {
  return new RowFault('row.damaged', 'The row holds bytes that are not UTF-8 text');
}

/** Rows, or `undefined` where a quote stands wrong: which row it is, is found by reading one by one. */
function tryParse(text: string): string[][] | undefined {
  try {
    return parse(text, { relax_column_count: true, skip_empty_lines: false, record_delimiter: '\n' });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
