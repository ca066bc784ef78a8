import type { ExportRow } from './export-rows.js';

/** What stands in a row, under the names of the columns. */
export function cellsOf({ relation, subject, object, property, value, unit, statement, statements }: ExportRow) {
  const { grading } = statement;
  return {
    relation,
    'subject kind': subject.kind,
    'subject key': subject.key,
    'subject id': subject.id,
    'object kind': object?.kind,
    'object key': object?.key,
    'object id': object?.id,
    property,
    value: value === undefined ? undefined : String(value),
    unit,
    kind: statement.kind,
    grading: grading === undefined ? undefined : `${grading.scheme} ${grading.source}${grading.information}`,
    from: statement.from,
    to: statement.to,
    recorded: statement.recorded,
    confidence: statement.confidence,
    count: statement.count,
    category: statement.category,
    role: statement.role,
    organisation: statement.organisation,
    origin: statement.origin,
    assertion: statement.assertion,
    index: statement.index,
    'statements of this': statements,
    marking: statement.marking,
  };
}

export const COLUMNS = [
  ...['relation', 'subject kind', 'subject key', 'subject id', 'object kind', 'object key', 'object id'],
  ...[
    'property',
    'value',
    'unit',
    'kind',
    'grading',
    'from',
    'to',
    'recorded',
    'confidence',
    'count',
    'category',
    'role',
  ],
  ...['organisation', 'origin', 'assertion', 'index', 'statements of this', 'marking'],
] as const as readonly (keyof ReturnType<typeof cellsOf>)[];
