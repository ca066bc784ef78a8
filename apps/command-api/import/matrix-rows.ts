import { claimedTime, valueReader } from './cell-values.js';
import type { MatrixEntry } from './mapping.js';
import { RowFault } from './row-fault.js';
import { strict, whenReader, type RowMeaning, type StatementText } from './row-meaning.js';
import { textReader, type EntityText, type Row, type Scope } from './template.js';

/** What one row of a matrix says, and how many of its cells say it. */
export interface MatrixMeaning extends RowMeaning {
  /** The text at the head of the row. */
  head: string;
}

const NO_COLUMNS: Scope = { columns: [], ends: [] };
const CELL = /^\d{1,9}$/u;

/**
 * Compiles a matrix into a function from row to meaning. A cell of zero says nothing; the row itself always says that the
 * actor stands in the file, so that an actor without a cell of its own is in the graph as well.
 */
export function matrixReader(entry: MatrixEntry, header: readonly string[]): (row: Row) => MatrixMeaning {
  const when = whenReader(entry.when, NO_COLUMNS);
  const entityText = textReader(entry.value, NO_COLUMNS);
  const rowText = textReader(entry.row.value, NO_COLUMNS);
  const rowValue = valueReader(entry.row.as);
  const entity = (head: string, row: Row): EntityText => {
    const value = entityText({ ...row, facts: { ...row.facts, head } });
    if (value === undefined) throw new RowFault('row.no-subject', 'The head of this row is empty', header[0]);
    return { kind: entry.kind, value };
  };
  return (row) => {
    const head = (row.cells[0] ?? '').trim();
    const dates = when(row);
    const subject = entity(head, row);
    const said = rowText({ ...row, facts: { ...row.facts, head } }) ?? head;
    const statements: StatementText[] = [
      { relation: 'STATED', property: entry.row.property, value: strict(rowValue, said, header[0]), ...dates },
    ];
    for (let index = 1; index < header.length; index += 1) {
      const times = cellCount(row.cells[index] ?? '', header[index] ?? '');
      if (times === 0) continue;
      const other = (header[index] ?? '').trim();
      if (other === head) throw new RowFault('cell.self', 'The actor is counted in contact with itself', other);
      const object = entity(other, row);
      statements.push({
        relation: entry.cell.relation,
        object,
        ...dates,
        ...(entry.cell.count ? { count: times } : {}),
      });
    }
    return { head, subject, statements, ...(dates.from === undefined ? {} : { time: claimedTime(dates.from) }) };
  };
}

function cellCount(cell: string, column: string): number {
  const text = cell.trim();
  if (text === '') return 0;
  if (!CELL.test(text)) throw new RowFault('cell.not-a-count', 'The cell is not a whole number of at least 0', column);
  return Number(text);
}
