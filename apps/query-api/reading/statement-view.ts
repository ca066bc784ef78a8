import type { DataSubjectCategory, Grading, Marking, NetworkRole } from '#events';
import { unpackCategory, unpackHow, unpackRole } from '#graph';
import { periodText } from '../terms/times.js';
import type { StatementRow } from './statement-row.js';

/** What only the log and the directory know, looked up once for all statements of an answer. */
export interface Sources {
  recorded(position: number): Recorded;
  organisation(short: number): string;
  /** Of the statements of a position, where the answer leaves as a file. */
  marking?(position: number): ShownMarking;
}

export interface ShownMarking {
  marking: Marking;
  /** Its displayed form. */
  shown: string;
}

export interface Recorded {
  /** The assertion that holds the statement. */
  assertion: string;
  /** When it was recorded, to the second (ISO 8601, UTC). */
  at: string;
}

/** One statement with its provenance: who said it, how sure they were, when it was true and when it was recorded. */
export interface StatementView {
  assertion: string;
  /** Place in the assertion, from 0. */
  index: number;
  organisation: string;
  kind: 'fact' | 'assessment';
  grading?: Grading;
  from?: string;
  to?: string;
  recorded: string;
  confidence?: number;
  count?: number;
  /** What the person is in the case, on every link between the two. */
  category?: DataSubjectCategory;
  /** What the subject does in the network, where its membership says so. */
  role?: NetworkRole;
  /** Statements of one answer with the same number go back to the same origin. The origin itself is never told. */
  origin?: number;
  /** In its displayed form, in a file: what is read elsewhere says itself how it is to be handled. */
  marking?: string;
}

/** How well something is supported. A repeat of the same origin is not a second source. */
export interface Corroboration {
  statements: number;
  organisations: number;
  independentOrigins: number;
  /** Statements whose origin nobody named: they cannot be counted as independent. */
  withoutOrigin: number;
}

/** Numbers the origins of one answer in the order in which they appear. */
export class OriginNumbers {
  private readonly numbers = new Map<number, number>();

  of(origin: number): number {
    const known = this.numbers.get(origin);
    if (known !== undefined) return known;
    this.numbers.set(origin, this.numbers.size + 1);
    return this.numbers.size;
  }
}

/** Field by field: an answer has thousands of them, and to spread what is mostly absent costs three times as much. */
export function viewOf(row: Shown, sources: Sources, origins: OriginNumbers): StatementView {
  const { assertion, at } = sources.recorded(row.pos);
  const { kind, grading } = howText(row.how);
  const { from, to } = periodText(row.from, row.to);
  const view: StatementView = {
    assertion,
    index: row.i,
    organisation: sources.organisation(row.org),
    kind,
    recorded: at,
  };
  if (grading !== undefined) view.grading = grading;
  if (from !== undefined) view.from = from;
  if (to !== undefined) view.to = to;
  if (row.conf !== null) view.confidence = row.conf;
  if (row.n !== null) view.count = row.n;
  if (row.cat !== null) view.category = unpackCategory(row.cat);
  if (row.role !== null) view.role = unpackRole(row.role);
  if (row.src !== null) view.origin = origins.of(row.src);
  if (sources.marking !== undefined) view.marking = sources.marking(row.pos).shown;
  return view;
}

export type Shown = Pick<
  StatementRow,
  'pos' | 'i' | 'org' | 'how' | 'src' | 'from' | 'to' | 'conf' | 'n' | 'cat' | 'role'
>;

export function howText(how: number | null): { kind: 'fact' | 'assessment'; grading?: Grading } {
  if (how === null) return { kind: 'fact' };
  const { kind, grading } = unpackHow(how);
  return { kind, ...(grading === undefined ? {} : { grading }) };
}

export function corroborationOf(rows: readonly Pick<StatementRow, 'org' | 'src'>[]): Corroboration {
  const organisations = new Set<number>();
  const origins = new Set<number>();
  let withoutOrigin = 0;
  for (const { org, src } of rows) {
    organisations.add(org);
    if (src === null) withoutOrigin += 1;
    else origins.add(src);
  }
  return {
    statements: rows.length,
    organisations: organisations.size,
    independentOrigins: origins.size,
    withoutOrigin,
  };
}
