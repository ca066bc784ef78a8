import type { Asked } from '../reading/asking.js';
import { writeCsv } from '../questions/write-csv.js';
import type { Exported } from './export-question.js';
import { cellsOf, COLUMNS } from './columns.js';
import { writeGraphml } from './graphml.js';

/** The rows in the form of a file. Each says what is missing in it, since a file travels without the answer's headers. */

export const FORMATS = ['csv', 'graphml', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export const MEDIA_TYPES: Record<Format, string> = {
  csv: 'text/csv; charset=utf-8',
  graphml: 'application/graphml+xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** What a reader of the file alone must know. */
export function notesOf({ asOf, truncated, leftOut }: Asked & Exported): string[] {
  return [
    `As known at ${asOf}.`,
    ...(truncated ? ['There is more than this file holds.'] : []),
    ...(leftOut === 0 ? [] : [`${leftOut} statements about victims and witnesses are left out.`]),
  ];
}

export function fileOf(format: Format, exported: Asked & Exported): string | (Asked & Exported) {
  switch (format) {
    case 'json':
      return exported;
    case 'csv':
      return csv(exported);
    case 'graphml':
      return writeGraphml(exported, notesOf(exported));
    default:
      return format satisfies never;
  }
}

/** A row for each statement, and one for each note, which bears the marking of the whole. */
function csv(exported: Asked & Exported): string {
  const blank = COLUMNS.slice(1, -1).map(() => undefined);
  const notes = notesOf(exported).map((note) => [`NOTE: ${note}`, ...blank, exported.marking]);
  const rows = exported.rows.map((row) => {
    const cells = cellsOf(row);
    return COLUMNS.map((column) => cells[column]);
  });
  return writeCsv(COLUMNS, [...rows, ...notes]);
}
