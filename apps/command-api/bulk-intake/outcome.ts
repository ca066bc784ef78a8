import type { Fault } from '#events';

/** What became of a line. */
export type LineOutcome =
  | { line: number; reference: string; outcome: 'accepted'; id: string | null; matched?: boolean }
  | { line: number; reference: string; outcome: 'duplicate-of'; id: string }
  | { line: number; reference: string | null; outcome: 'refused'; code: string; faults: readonly Fault[] };

export interface Counts {
  lines: number;
  accepted: number;
  duplicates: number;
  refused: number;
}

export interface Summary extends Counts {
  /** Id of the call, to fetch its report again. */
  call: string;
  /** Nothing of it was kept but this report. */
  dryRun?: boolean;
  /** False where the call was cut off: lines without an outcome have had no effect. Repeat the call. */
  complete: boolean;
  /** Why it was cut off. */
  problem?: { code: string; detail: string; retriable: boolean };
}

export const NO_COUNTS: Counts = { lines: 0, accepted: 0, duplicates: 0, refused: 0 };

export function counted(counts: Counts, outcomes: readonly LineOutcome[]): Counts {
  const of = (outcome: LineOutcome['outcome']): number => outcomes.filter((each) => each.outcome === outcome).length;
  return {
    lines: counts.lines + outcomes.length,
    accepted: counts.accepted + of('accepted'),
    duplicates: counts.duplicates + of('duplicate-of'),
    refused: counts.refused + of('refused'),
  };
}

/** Outcomes as they are sent and kept: one JSON object a line. */
export function linesOf(outcomes: readonly LineOutcome[]): string {
  return outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
}

export function summaryLine(summary: Summary): string {
  return `${JSON.stringify({ summary })}\n`;
}
