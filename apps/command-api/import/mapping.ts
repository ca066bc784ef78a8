import type { DataSubjectCategory, EntityKind, Grading, RelationType, StatementKind } from '#events';

/**
 * The mapping language: what each file of a delivery is, and what each of its columns becomes. It is declarative on purpose: a
 * mapping is read by the person who answers for the import, so it says everything and calculates nothing. README.md beside this
 * file explains it with examples; mapping-schema.ts is its JSON Schema.
 *
 * A **template** is text with places in braces: `{surname}` is a column, `{start.date}` a column of the row at an end,
 * `{start.@entity}` that row's entity, `{@from}` a fact of the file, `{@line}` the line. An empty place makes the whole absent.
 */
export type Template = string;

/** What a text is read as. Dates take a `format`: `D/M/YYYY`, `DD/MM/YYYY HH:mm`. */
export const VALUE_TYPES = ['text', 'integer', 'decimal', 'boolean', 'date', 'date-time'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** The entity that a row is about or points to: built here, or the one that a row of another file stands for. */
export type EntitySpec = { kind: EntityKind; value: Template; region?: string; platform?: string } | { end: string };

export type ColumnUse =
  /** Identifies the row within its file. */
  | { use: 'key' }
  /** Names a row of another file. */
  | { use: 'end' }
  /** Goes into a template below; `of` tells the reader what it becomes part of. */
  | { use: 'part'; of: string }
  /** A literal said of the subject. */
  | { use: 'property'; property: string; as?: ValueType; format?: string; unit?: string; dated?: boolean }
  /** Says the same in every row; a row that says something else is refused. */
  | { use: 'constant'; value: string }
  | { use: 'dropped'; reason: string };

interface StatementTerms {
  /** Takes `when` of the file. */
  dated?: boolean;
  confidence?: number;
  count?: Template;
}

export type StatementSpec =
  | (StatementTerms & {
      relation: Exclude<RelationType, 'STATED'>;
      object: EntitySpec;
      /** What the person is in the case. Left out, each link is uncategorised and due; never a suspect by default. */
      category?: DataSubjectCategory;
    })
  | (StatementTerms & { relation: 'STATED'; property: string; value: Template; as?: ValueType; unit?: string });

/** A file and what is true of all of it, for templates: `{ "file": "phase-01.csv", "facts": { "from": "1994-08" } }`. */
export type FileRef = string | { file: string; facts: Record<string, string> };

/** A column that names a row of one of these node files. */
export interface EndSpec {
  column: string;
  nodes: string[];
}

interface EntryTerms {
  files: FileRef[];
  /** Anything the reader should know. */
  note?: string;
}

interface RecordTerms extends EntryTerms {
  columns: Record<string, ColumnUse>;
  ends?: Record<string, EndSpec>;
}

interface StatingTerms {
  subject: EntitySpec;
  statements?: StatementSpec[];
  /** When what the row says was true; also the time of the event. */
  when?: { from: Template; to?: Template; as?: 'date' | 'date-time'; format?: string };
}

/** A row for each thing. Other files refer to its rows by the value of `id`, as rows of `node`. */
export interface NodesEntry extends RecordTerms, StatingTerms {
  rows: 'nodes';
  node: string;
  id: string;
}

/** A row for each relationship. `key` identifies the row within the file. */
export interface LinksEntry extends RecordTerms, StatingTerms {
  rows: 'links';
  key: Template;
  ends: Record<string, EndSpec>;
}

/**
 * Rows that become part of a row of another file, at most one of an end for each, and say nothing by themselves: `on` names
 * that row. A row that has none of a `required` end is refused; without that, its statements about the end are left out.
 */
export interface JoinedEntry extends RecordTerms {
  rows: 'joined';
  required?: boolean;
  into: string;
  on: string;
  ends: Record<string, EndSpec>;
}

/** An adjacency matrix: the head names the objects, the first cell of each row the subject, each further cell a count. */
export interface MatrixEntry extends EntryTerms {
  rows: 'matrix';
  /** What the heads are, for the reader. */
  heads: string;
  kind: EntityKind;
  /** `{@head}` is the text at the head of the row or of the column. */
  value: Template;
  /** Said for each cell that is not zero. */
  cell: { relation: Exclude<RelationType, 'STATED'>; count: boolean };
  /** Said for each row, so that an actor without a cell of its own is there too. */
  row: { property: string; value: Template; as?: ValueType };
  when?: StatingTerms['when'];
  /** A head that stands twice names the same actor both times, for this reason; without it such a matrix is refused. */
  repeatedHeads?: { are: 'the-same-actor'; reason: string };
}

/** A file without rows of data. */
export interface NoRowsEntry extends EntryTerms {
  rows: 'none';
  reason: string;
}

export type FileEntry = NodesEntry | LinksEntry | JoinedEntry | MatrixEntry | NoRowsEntry;

export interface MappingTerms {
  purpose: string;
  /** What all of it goes back to: statements of one origin never corroborate one another. */
  origin?: string;
  statementKind: StatementKind;
  grading: Grading;
  /** `originator` may be left out: it is then the organisation that imports. */
  marking: {
    gsc: string;
    tlp: string;
    handling: string[];
    conditions: string[];
    releasableTo: string[];
    originator?: string;
    compartment: string | null;
  };
  /** When the material was reported, for rows that carry no date: ISO 8601, cut where knowledge ends. */
  time: string;
}

export interface Mapping {
  /** Begins every reference: never changed once rows were sent. */
  mapping: string;
  /** Raised when rows of an earlier import shall be said anew: references of another version are other references. */
  version: number;
  title: string;
  /** Where the material comes from, with what a reader must know to judge it. */
  source: { name: string; cite?: string; licence: string; notes?: string[] };
  terms: MappingTerms;
  files: FileEntry[];
}

export function fileName(ref: FileRef): string {
  return typeof ref === 'string' ? ref : ref.file;
}

export function factsOf(ref: FileRef): Readonly<Record<string, string>> {
  return typeof ref === 'string' ? {} : ref.facts;
}
