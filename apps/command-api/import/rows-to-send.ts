import { hash } from 'node:crypto';
import { MAX_STATEMENTS, type ClaimedTime } from '#events';
import type { Accounts } from './accounts.js';
import type { RawRecord } from './csv-records.js';
import type { Delivery, NamedFile } from './delivery.js';
import { claimedTime } from './cell-values.js';
import { endsOf, requiredEnds } from './mapping-parts.js';
import type { Mapping, MappingTerms } from './mapping.js';
import { matrixReader } from './matrix-rows.js';
import { RowFault } from './row-fault.js';
import { rowReader, type RowMeaning, type StatementText } from './row-meaning.js';
import { endResolver, recordCheck, type JoinedRow, type Survey } from './survey.js';
import { textReader, type EntityText, type Row, type Scope } from './template.js';

/** One line of the bulk interface, without the terms that all lines share. */
export interface AssertionLine {
  reference: string;
  subject: EntityText;
  statements: StatementText[];
  time: ClaimedTime;
}

/** Lines as JSON. The shared terms are three quarters of a line, so they are written once and not for each. */
export function lineWriter({ time: _, ...shared }: MappingTerms): (line: AssertionLine) => string {
  const terms = JSON.stringify(shared).slice(1);
  return ({ reference, subject, statements, time }) =>
    `${JSON.stringify({ reference, subject, statements, time }).slice(0, -1)},${terms}`;
}

/** A row that is ready, with the rows that became part of it and share its fate. */
export interface OutgoingRow {
  file: string;
  line: number;
  joined: readonly JoinedRow[];
  lines: AssertionLine[];
}

const MAX_REFERENCE = 200;

/** The second reading: every row becomes lines to send, or is closed at once as refused or as a repetition. */
export async function* rowsToSend(
  mapping: Mapping,
  delivery: Delivery,
  found: Survey,
  accounts: Accounts,
): AsyncGenerator<OutgoingRow[]> {
  for (const file of delivery.files) {
    if (file.entry.rows === 'joined') continue;
    const read = recordReader(mapping, file, found);
    for await (const batch of file.table.rows())
      yield batch.flatMap((record) => outgoing(file, record, read, accounts) ?? []);
  }
}

interface ReadRecord {
  /** Rows that became part of this one; known before the row is read, because they share its refusal. */
  joined: readonly JoinedRow[];
  lines: () => AssertionLine[] | { repeats: number };
}

function outgoing(
  file: NamedFile,
  record: RawRecord,
  read: (record: RawRecord) => ReadRecord,
  accounts: Accounts,
): OutgoingRow | undefined {
  let joined: readonly JoinedRow[] = [];
  try {
    const found = read(record);
    joined = found.joined;
    const lines = found.lines();
    if (Array.isArray(lines)) return { file: file.name, line: record.line, joined, lines };
    accounts.close(file.name, 'merged');
  } catch (error) {
    if (!(error instanceof RowFault)) throw error;
    refuseRow(accounts, { file: file.name, line: record.line, joined }, error);
  }
  return undefined;
}

/** Refuses a row and what was to become part of it. */
export function refuseRow(
  accounts: Accounts,
  row: Pick<OutgoingRow, 'file' | 'line' | 'joined'>,
  fault: { code: string; message: string; column?: string | undefined },
): void {
  accounts.refuse(row.file, row.line, fault);
  for (const part of row.joined)
    accounts.refuse(part.file, part.line, {
      code: 'row.joined-to-refused',
      message: `It is part of line ${row.line} of ${row.file}, which was refused`,
    });
}

function recordReader(mapping: Mapping, file: NamedFile, found: Survey): (record: RawRecord) => ReadRecord {
  const { entry, facts } = file;
  const { header } = file.table;
  const check = recordCheck(file);
  const stem = `${mapping.mapping}.${mapping.version}/${file.name.replace(/\.[^.]+$/u, '')}`;
  const repeats = repetitions();
  const reported = claimedTime(mapping.terms.time);
  const finish = (key: string, meaning: RowMeaning, row: Row): AssertionLine[] | { repeats: number } =>
    repeats(key, row) ?? assertionLines(referenceFor(stem, key), meaning, reported);

  if (entry.rows === 'matrix') {
    const read = matrixReader(entry, header);
    const heads = new Map<string, number>();
    return (record) => ({
      joined: [],
      lines: () => {
        const row: Row = { line: record.line, cells: check(record), ends: {}, facts };
        const meaning = read(row);
        const times = (heads.get(meaning.head) ?? 0) + 1;
        heads.set(meaning.head, times);
        const again = times > 1 && entry.repeatedHeads !== undefined;
        return finish(again ? `${meaning.head}.again-${times}` : meaning.head, meaning, row);
      },
    });
  }
  if (entry.rows === 'joined') throw new Error('Joined rows are read by the survey');
  const scope: Scope = { columns: header, ends: Object.keys(endsOf(mapping, entry)) };
  const read = rowReader(entry, scope);
  const ends = endResolver(entry, header, found.nodes);
  const keyText = textReader(entry.rows === 'nodes' ? `{${entry.id}}` : entry.key, scope);
  const waiting = entry.rows === 'nodes' ? found.joined.get(entry.node) : undefined;
  const id = entry.rows === 'nodes' ? header.indexOf(entry.id) : -1;
  const required = entry.rows === 'nodes' ? requiredEnds(mapping, entry.node) : [];
  return (record) => {
    const whole = 'cells' in record && record.cells.length === header.length;
    const joined = takeJoined(waiting, whole ? record.cells[id] : undefined);
    return {
      joined,
      lines: () => {
        const cells = check(record);
        const row: Row = {
          line: record.line,
          cells,
          facts,
          ends: Object.assign({}, ends(cells), ...joined.map((part) => part.ends)),
        };
        const missing = required.find((end) => row.ends[end] === undefined);
        if (missing !== undefined)
          throw new RowFault('row.end-missing', `Nothing joins this row to its "${missing}"`, header[id]);
        const key = keyText(row);
        if (key === undefined)
          throw new RowFault('row.no-key', 'What identifies the row is empty', scope.columns[Math.max(id, 0)]);
        return finish(key, read(row), row);
      },
    };
  };
}

/** Joined rows go to the first row of their id; a second one of that id is a fault of its own. */
function takeJoined(waiting: Map<string, JoinedRow[]> | undefined, cell: string | undefined): JoinedRow[] {
  if (waiting === undefined || cell === undefined) return [];
  const id = cell.trim();
  const rows = waiting.get(id) ?? [];
  waiting.delete(id);
  return rows;
}

/** A key that was there before: the same row again is merged, another row under the same key is refused. */
function repetitions(): (key: string, row: Row) => { repeats: number } | undefined {
  const seen = new Map<string, { line: number; content: string }>();
  return (key, row) => {
    const content = hash('sha1', row.cells.join('\u001f'));
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, { line: row.line, content });
      return undefined;
    }
    if (first.content === content) return { repeats: first.line };
    throw new RowFault('row.key-repeated', `Line ${first.line} has the same key and says something else`);
  };
}

/** The same row has the same reference in every run: that is what makes a second run safe. */
function referenceFor(stem: string, key: string): string {
  const reference = `${stem}/${key}`;
  // Room for the number of a part.
  return reference.length <= MAX_REFERENCE - 5 ? reference : `${stem.slice(0, 120)}/${hash('sha256', reference)}`;
}

function assertionLines(reference: string, meaning: RowMeaning, reported: ClaimedTime): AssertionLine[] {
  const lines: AssertionLine[] = [];
  for (let start = 0; start < meaning.statements.length; start += MAX_STATEMENTS)
    lines.push({
      reference: start === 0 ? reference : `${reference}/${start / MAX_STATEMENTS + 1}`,
      subject: meaning.subject,
      statements: meaning.statements.slice(start, start + MAX_STATEMENTS),
      time: meaning.time ?? reported,
    });
  return lines;
}
