/** An entity as a request names it: raw text, which the server brings to its canonical form. */
export interface EntityText {
  kind: string;
  value: string;
  region?: string;
  platform?: string;
}

/** A row that other files refer to. */
export interface NodeRow {
  line: number;
  /** Absent where the row's entity is known only after a join. */
  entity?: EntityText;
  /** Columns that other files ask for. */
  carried: Readonly<Record<string, string>>;
}

/** One row, with all that a template may read. */
export interface Row {
  line: number;
  cells: readonly string[];
  /** Without those that nothing joins to it. */
  ends: Readonly<Record<string, NodeRow>>;
  facts: Readonly<Record<string, string>>;
}

/** Where a place of a template gets its text from. */
export type Place =
  | { from: 'column'; column: string }
  | { from: 'end'; end: string; column: string }
  | { from: 'end-entity'; end: string }
  | { from: 'fact'; fact: string }
  | { from: 'line' };

/** What is known of a row before there is one. */
export interface Scope {
  columns: readonly string[];
  ends: readonly string[];
}

const PLACE = /\{([^{}]*)\}/gu;

/** The texts in braces, in order. */
export function placesIn(template: string): string[] {
  return [...template.matchAll(PLACE)].map((match) => match[1] ?? '');
}

/** A stray brace would silently become part of an identifier. */
export function hasStrayBrace(template: string): boolean {
  return /[{}]/u.test(template.replace(PLACE, ''));
}

/** What a place means: a column wins over an end, because column names come from others and may hold a dot. */
export function resolvePlace(place: string, scope: Scope): Place | undefined {
  if (place === '@line') return { from: 'line' };
  if (place.startsWith('@')) return { from: 'fact', fact: place.slice(1) };
  if (scope.columns.includes(place)) return { from: 'column', column: place };
  const end = scope.ends.find((name) => place.startsWith(`${name}.`));
  if (end === undefined) return undefined;
  const column = place.slice(end.length + 1);
  return column === '@entity' ? { from: 'end-entity', end } : { from: 'end', end, column };
}

/** Reads a template from a row; `undefined` when a place is empty, because half a name or half a key would be another one. */
export type TextReader = (row: Row) => string | undefined;

export function textReader(template: string, scope: Scope): TextReader {
  const parts = template.split(PLACE).map((text, index) => (index % 2 === 0 ? text : placeReader(text, scope)));
  return (row) => {
    let whole = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        whole += part;
        continue;
      }
      const text = part(row);
      if (text === '') return undefined;
      whole += text;
    }
    return whole;
  };
}

/** The columns of this row that a template reads, for the report of a fault. */
export function columnsOf(template: string, scope: Scope): string | undefined {
  const columns = placesIn(template)
    .map((place) => resolvePlace(place, scope))
    .flatMap((place) => (place?.from === 'column' ? [place.column] : []));
  return columns.length === 0 ? undefined : columns.join(', ');
}

function placeReader(text: string, scope: Scope): (row: Row) => string {
  const place = resolvePlace(text, scope);
  if (place === undefined) throw new Error(`The template place {${text}} was not checked before it was compiled`);
  switch (place.from) {
    case 'column': {
      const index = scope.columns.indexOf(place.column);
      return (row) => (row.cells[index] ?? '').trim();
    }
    case 'end':
      return (row) => row.ends[place.end]?.carried[place.column] ?? '';
    case 'end-entity':
      return (row) => row.ends[place.end]?.entity?.value ?? '';
    case 'fact':
      return (row) => row.facts[place.fact] ?? '';
    case 'line':
      return (row) => String(row.line);
  }
}
