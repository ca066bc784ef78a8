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

/** A column of this name is meant, whatever stands beside it. */
const THE_VALUE = ['identifier', 'value'];
/** Names of columns in contacts as phones, mail programs and extraction tools export them, without their numbers. */
const VALUE_NAMES = new Set([
  ...THE_VALUE,
  ...['number', 'msisdn', 'tel', 'telephone', 'mobile', 'cell', 'phone', 'phone number', 'telephone number'],
  ...['mobile number', 'mobile phone', 'home phone', 'work phone', 'business phone', 'other phone', 'whatsapp'],
  ...['handle', 'account', 'username', 'user name', 'user id', 'profile', 'link', 'url'],
  ...['email', 'e mail', 'email address', 'e mail address'],
]);
const TERM_NAMES = ['kind', 'region', 'platform'] as const;
const DELIMITERS = [',', ';', '\t'];
const utf8 = new TextDecoder('utf-8', { fatal: true });

interface ParsedRow {
  record: string[];
  info: { lines: number };
}

/**
 * Reads a list. The first line may name its columns: those of identifiers (`identifier`, or else all that phones call `mobile`,
 * `phone 1 - value`, `e-mail address` and the like), `kind`, `region` and `platform`; without such names there is one column. Every row
 * counts, also an empty one. What is no CSV is refused as a whole, and so are columns without names: to look up one and leave out the rest
 * would say of all that they are unknown.
 */
export function readList(body: Buffer, mostRows: number): ListedIdentifier[] {
  const rows = parsed(text(body), mostRows);
  const header = rows[0]?.record.map(columnName) ?? [];
  const columns = header.flatMap((name, at) => (VALUE_NAMES.has(name) ? at : []));
  if (columns.length === 0) return withoutHeader(rows);
  const [only] = columns.filter((at) => THE_VALUE.includes(header[at] ?? ''));
  return rows.slice(1).flatMap(({ record, info }) => {
    const terms = Object.fromEntries(TERM_NAMES.flatMap((name) => termOf(name, record[header.indexOf(name)])));
    const cells = (only === undefined ? columns : [only]).map((at) => record[at] ?? '');
    const filled = cells.filter((cell) => cell.trim() !== '');
    return (filled.length === 0 ? [''] : filled).map((value) => ({ row: info.lines, value, ...terms }));
  });
}

/** As exports number them: `Phone 1 - Value` is `phone`, `E-mail 2 Address` is `e mail address`. */
function columnName(written: string): string {
  const words = written.toLowerCase().split(/[\s_-]+/u);
  const plain = words.filter((word) => word !== '' && !/^\d+$/u.test(word));
  return (plain.length > 1 && plain.at(-1) === 'value' ? plain.slice(0, -1) : plain).join(' ');
}

function withoutHeader(rows: readonly ParsedRow[]): ListedIdentifier[] {
  const wide = rows.find(({ record }) => record.slice(1).some((cell) => cell.trim() !== ''));
  if (wide !== undefined)
    throw refused({
      pointer: '',
      code: 'list.columns-unnamed',
      detail:
        `Line ${wide.info.lines} has several columns, and the first line does not say which of them holds the identifiers. ` +
        'Call it "identifier" there (or "phone", "mobile", "handle", "account", "link", "email"), or send that column alone.',
    });
  return rows.map(({ record, info }) => ({ row: info.lines, value: record[0] ?? '' }));
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
