import type { ClaimedTime } from '#events';
import { claimedTime, valueReader, type ValueReader } from './cell-values.js';
import type { ColumnUse, EntitySpec, LinksEntry, NodesEntry, StatementSpec } from './mapping.js';
import { RowFault } from './row-fault.js';
import { columnsOf, textReader, type EntityText, type Row, type Scope, type TextReader } from './template.js';

/** A statement as a request says it. */
export interface StatementText {
  relation: string;
  object?: EntityText;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  from?: string;
  to?: string;
  confidence?: number;
  count?: number;
  category?: string;
}

/** What one row says. */
export interface RowMeaning {
  subject: EntityText;
  statements: StatementText[];
  /** Absent where the row carries no date: then the time of the whole delivery counts. */
  time?: ClaimedTime;
}

interface When {
  from?: string;
  to?: string;
}

type StatementReader = (row: Row, when: When) => StatementText | undefined;

/** Compiles what the mapping says of a file into a function from row to meaning. It throws {@link RowFault}. */
export function rowReader(entry: NodesEntry | LinksEntry, scope: Scope): (row: Row) => RowMeaning {
  const subject = entityReader(entry.subject, scope);
  const when = whenReader(entry.when, scope);
  const statements = [
    ...propertyReaders(entry.columns, scope),
    ...(entry.statements ?? []).map((spec) => statementReader(spec, scope)),
  ];
  return (row) => {
    const dates = when(row);
    const meaning: RowMeaning = {
      subject: needed(subject(row), 'row.no-subject', subjectColumns(entry, scope)),
      statements: [],
    };
    if (dates.from !== undefined) meaning.time = claimedTime(dates.from);
    for (const read of statements) {
      const statement = read(row, dates);
      if (statement !== undefined) meaning.statements.push(statement);
    }
    if (meaning.statements.length === 0) throw new RowFault('row.says-nothing', 'No column of this row says anything');
    return meaning;
  };
}

function needed(entity: EntityText | undefined, code: string, column: string | undefined): EntityText {
  if (entity === undefined) throw new RowFault(code, 'What the row is about is empty', column);
  return entity;
}

function subjectColumns(entry: NodesEntry | LinksEntry, scope: Scope): string | undefined {
  return 'value' in entry.subject ? columnsOf(entry.subject.value, scope) : undefined;
}

/** Builds an entity from a row, or takes the one of the row at an end; `undefined` when a place of its value is empty. */
export function entityReader(spec: EntitySpec, scope: Scope): (row: Row) => EntityText | undefined {
  if ('end' in spec) return (row) => row.ends[spec.end]?.entity;
  const value = textReader(spec.value, scope);
  const { kind, region, platform } = spec;
  return (row) => {
    const text = value(row);
    if (text === undefined) return undefined;
    return {
      kind,
      value: text,
      ...(region === undefined ? {} : { region }),
      ...(platform === undefined ? {} : { platform }),
    };
  };
}

/** Dates of a row, in the form of the log. */
export function whenReader(when: NodesEntry['when'], scope: Scope): (row: Row) => When {
  if (when === undefined) return () => ({});
  const read = valueReader(when.as ?? 'date', when.format);
  const from = textReader(when.from, scope);
  const to = when.to === undefined ? undefined : textReader(when.to, scope);
  const fromColumns = columnsOf(when.from, scope);
  const toColumns = when.to === undefined ? undefined : columnsOf(when.to, scope);
  return (row) => {
    const dates: When = {};
    const start = from(row);
    if (start !== undefined) dates.from = String(strict(read, start, fromColumns));
    const end = to?.(row);
    if (end !== undefined) dates.to = String(strict(read, end, toColumns));
    return dates;
  };
}

/** A value of the right type, or the fault of the row. */
export function strict(read: ValueReader, text: string, column: string | undefined): string | number | boolean {
  const result = read(text);
  if ('fault' in result) throw new RowFault(result.code, `The text ${result.fault}`, column);
  return result.value;
}

function propertyReaders(columns: Record<string, ColumnUse>, scope: Scope): StatementReader[] {
  return Object.entries(columns).flatMap(([column, use]) => {
    if (use.use !== 'property') return [];
    const index = scope.columns.indexOf(column);
    const read = valueReader(use.as, use.format);
    return [
      (row: Row, when: When) => {
        const text = (row.cells[index] ?? '').trim();
        if (text === '') return undefined;
        const statement: StatementText = {
          relation: 'STATED',
          property: use.property,
          value: strict(read, text, column),
        };
        if (use.unit !== undefined) statement.unit = use.unit;
        return use.dated === true ? { ...statement, ...when } : statement;
      },
    ];
  });
}

function statementReader(spec: StatementSpec, scope: Scope): StatementReader {
  const base = spec.relation === 'STATED' ? literalReader(spec, scope) : linkReader(spec, scope);
  const count = countReader(spec.count, scope);
  return (row, when) => {
    const statement = base(row);
    if (statement === undefined) return undefined;
    if (spec.dated === true) Object.assign(statement, when);
    if (spec.confidence !== undefined) statement.confidence = spec.confidence;
    const times = count(row);
    if (times !== undefined) statement.count = times;
    return statement;
  };
}

function linkReader(
  { relation, object, category }: Exclude<StatementSpec, { relation: 'STATED' }>,
  scope: Scope,
): (row: Row) => StatementText | undefined {
  const read = entityReader(object, scope);
  const part = category === undefined ? {} : { category };
  return (row) => {
    const entity = read(row);
    return entity === undefined ? undefined : { relation, object: entity, ...part };
  };
}

function literalReader(
  spec: Extract<StatementSpec, { relation: 'STATED' }>,
  scope: Scope,
): (row: Row) => StatementText | undefined {
  const text = textReader(spec.value, scope);
  const read = valueReader(spec.as);
  const columns = columnsOf(spec.value, scope);
  return (row) => {
    const value = text(row);
    if (value === undefined) return undefined;
    const statement: StatementText = {
      relation: 'STATED',
      property: spec.property,
      value: strict(read, value, columns),
    };
    if (spec.unit !== undefined) statement.unit = spec.unit;
    return statement;
  };
}

function countReader(count: string | undefined, scope: Scope): NumberReader {
  if (count === undefined) return () => undefined;
  const text: TextReader = textReader(count, scope);
  const read = valueReader('integer');
  const columns = columnsOf(count, scope);
  return (row) => {
    const value = text(row);
    return value === undefined ? undefined : Number(strict(read, value, columns));
  };
}

type NumberReader = (row: Row) => number | undefined;
