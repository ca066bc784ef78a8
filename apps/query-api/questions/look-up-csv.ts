import { parse } from 'csv-parse/sync';
import type { Asked } from '../reading/asking.js';
import { QuestionRefused, type Fault } from '../terms/refusals.js';
import type { Hit, ListLookUp } from './list-look-up.js';
import { writeCsv } from './write-csv.js';

/** Lists as phones and case systems export them, and the answer in the same form, a row for each hit. */

export interface ListedIdentifier {
  /** Line of the file, from 1. */
  row: number;
  value: string;
  kind?: string;
  region?: string;
  platform?: string;
}

const VALUE_NAMES = ['identifier', 'value', 'number', 'phone', 'phone number', 'handle', 'account', 'link', 'url'];
const TERM_NAMES = ['kind', 'region', 'platform'] as const;
const DELIMITERS = [',', ';', '\t'];
const utf8 = new TextDecoder('utf-8', { fatal: true });

interface ParsedRow {
  record: string[];
  info: { lines: number };
}

/**
 * Reads a list. With a header the columns `identifier` (or a like name), `kind`, `region` and `platform` are used; without one
 * the first column is the value. Every row counts, also an empty one; a list that is no CSV is refused as a whole.
 */
export function readList(body: Buffer, mostRows: number): ListedIdentifier[] {
  const rows = parsed(text(body), mostRows);
  const header = rows[0]?.record.map((name) => name.trim().toLowerCase()) ?? [];
  const valueColumn = header.findIndex((name) => VALUE_NAMES.includes(name));
  if (valueColumn < 0) return rows.map(({ record, info }) => ({ row: info.lines, value: record[0] ?? '' }));
  return rows.slice(1).map(({ record, info }) => ({
    row: info.lines,
    value: record[valueColumn] ?? '',
    ...Object.fromEntries(TERM_NAMES.flatMap((name) => termOf(name, record[header.indexOf(name)]))),
  }));
}

function termOf(name: string, value: string | undefined): [string, string][] {
  return value === undefined || value.trim() === '' ? [] : [[name, value.trim()]];
}

function text(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw refused({
      pointer: '',
      code: 'list.not-utf8',
      detail: 'The list is not UTF-8. Save it as "CSV UTF-8" and send it again.',
    });
  }
}

function parsed(list: string, mostRows: number): ParsedRow[] {
  const firstLine = list.slice(0, list.search(/[\r\n]|$/));
  const delimiter = DELIMITERS.reduce((best, one) => (occurs(firstLine, one) > occurs(firstLine, best) ? one : best));
  try {
    // One more than is taken, plus a header: enough to see that there are too many without reading all of them.
    const to = mostRows + 2;
    return parse(list, {
      bom: true,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      to,
    }) as unknown as ParsedRow[];
  } catch (error) {
    const { lines } = error as { lines?: number };
    const detail = `The list cannot be read as CSV${lines === undefined ? '' : ` at line ${lines}`}: a quotation mark is opened and not closed.`;
    throw refused({ pointer: '', code: 'list.not-csv', detail });
  }
}

function occurs(line: string, delimiter: string): number {
  return line.split(delimiter).length - 1;
}

function refused(fault: Fault): QuestionRefused {
  return new QuestionRefused(fault.code, 'InvalidInput', fault.detail, [fault]);
}

const COLUMNS = [
  'row',
  'value',
  'outcome',
  'kind',
  'key',
  'id',
  'statements',
  'independent origins',
  'without origin',
  'said by',
  'relations',
  'from',
  'to',
  'recorded',
  'reason',
  'marking',
];

/**
 * The answer as CSV (RFC 4180): a line for each hit, one for each row without any, and a note with what a reader of the file
 * alone must know, which bears the marking of the whole.
 */
export function writeList({ asOf, marking: whole, rows }: Asked & ListLookUp): string {
  const lines = rows.flatMap(({ row, value, outcome, hits, reason, marking }) =>
    (hits ?? [undefined]).map((hit) => [row, value, outcome, ...hitCells(hit), reason, marking]),
  );
  const note = [`NOTE: As known at ${asOf}.`, ...COLUMNS.slice(1, -1).map(() => undefined), whole];
  return writeCsv(COLUMNS, [...lines, note]);
}

function hitCells(hit: Hit | undefined): (string | number | undefined)[] {
  if (hit === undefined) return Array.from({ length: 11 });
  const { entity, statements, independentOrigins, withoutOrigin, said, relations, from, to, recorded } = hit;
  return [
    entity.kind,
    entity.key,
    entity.id,
    statements,
    independentOrigins,
    withoutOrigin,
    said.join('; '),
    relations.join('; '),
    from,
    to,
    recorded,
  ];
}
