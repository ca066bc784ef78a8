import type { RowFault } from './row-fault.js';

/** What became of a row. Every row of every file ends as exactly one of these. */
export type Outcome = 'imported' | 'already-there' | 'merged' | 'refused';

/** A row that was refused. It names the place and never the value. */
export interface Refusal {
  file: string;
  line: number;
  column?: string;
  code: string;
  why: string;
}

export interface FileTotals {
  file: string;
  /** Rows that the survey counted. */
  rows: number;
  imported: number;
  alreadyThere: number;
  merged: number;
  refused: number;
  /** Read or not, without an answer of the server: sent again by the next run. */
  unanswered: number;
}

/** The book of an import: each row is entered once when it is read and closed once when its fate is known. */
export class Accounts {
  readonly #files = new Map<string, FileTotals>();
  readonly #refusal: (refusal: Refusal) => void;

  /** `onRefusal` gets each refusal as it happens, so that a million of them need no memory. */
  constructor(onRefusal: (refusal: Refusal) => void) {
    this.#refusal = onRefusal;
  }

  /** Counts rows as the survey finds them. */
  surveyed(file: string, rows: number): void {
    this.#of(file).rows += rows;
  }

  close(file: string, outcome: Exclude<Outcome, 'refused'>): void {
    const totals = this.#of(file);
    if (outcome === 'already-there') totals.alreadyThere += 1;
    else totals[outcome] += 1;
  }

  refuse(file: string, line: number, fault: Pick<RowFault, 'code' | 'message' | 'column'>): void {
    this.#of(file).refused += 1;
    const { code, message, column } = fault;
    this.#refusal({ file, line, ...(column === undefined ? {} : { column }), code, why: message });
  }

  get files(): FileTotals[] {
    return [...this.#files.values()].map((totals) => ({ ...totals, unanswered: totals.rows - closedRows(totals) }));
  }

  get progress(): { rows: number; closed: number; refused: number } {
    const progress = { rows: 0, closed: 0, refused: 0 };
    for (const totals of this.#files.values()) {
      progress.rows += totals.rows;
      progress.closed += closedRows(totals);
      progress.refused += totals.refused;
    }
    return progress;
  }

  /** Files whose rows are not all accounted for. */
  faults(): string[] {
    return this.files.flatMap((totals) => {
      if (totals.unanswered < 0)
        return [`${totals.file}: changed while it was read, ${-totals.unanswered} rows too many`];
      return totals.unanswered > 0 ? [`${totals.file}: ${totals.unanswered} rows without an answer`] : [];
    });
  }

  #of(file: string): FileTotals {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const totals: FileTotals = { file, rows: 0, imported: 0, alreadyThere: 0, merged: 0, refused: 0, unanswered: 0 };
    this.#files.set(file, totals);
    return totals;
  }
}

export function closedRows(totals: FileTotals): number {
  return totals.imported + totals.alreadyThere + totals.merged + totals.refused;
}
