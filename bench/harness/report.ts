/** What a benchmark says: progress and a table for people, and one JSON object as the last line for machines. */
import type { Bar, Figure } from './figures.js';
import { rounded } from './figures.js';
import type { SideResult } from './rounds.js';

export interface Report {
  /** Everything that the benchmark checks holds: all bars reached, all digests equal. */
  ok: boolean;
  bars: Bar[];
  [figure: string]: unknown;
}

/** Progress goes to standard error: standard output ends with the table and the JSON line. */
export function progress(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`);
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** Processor time of one event that is worth a column: 1 us. */
const LEAST_MS = 0.001;

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** Rates of the sides, each against the first, with the processor time of each process for one event. */
export function sidesTable(title: string, sides: readonly SideResult[]): string {
  // Whoever took no part in any of these sides would only make the table wider.
  const worked = sides.flatMap(({ cpuMsPerEvent }) => Object.entries(cpuMsPerEvent).filter(([, ms]) => ms >= LEAST_MS));
  const processes = [...new Set(worked.map(([name]) => name))];
  const first = sides[0]?.rate.median ?? Number.NaN;
  const head = [title, 'events/s', 'lowest', 'highest', 'rounds', 'ratio', ...processes.map((name) => `${name} us`)];
  const rows = sides.map(({ name, rate, cpuMsPerEvent }) => [
    name,
    whole(rate.median),
    whole(rate.low),
    whole(rate.high),
    String(rate.rounds),
    (rate.median / first).toFixed(2),
    ...processes.map((process) => whole((cpuMsPerEvent[process] ?? 0) * 1000)),
  ]);
  return table(head, rows);
}

export function barsTable(bars: readonly Bar[]): string {
  return table(
    ['bar', 'measured', 'wanted', ''],
    bars.map(({ name, value, bar: wanted, ok, atMost }) => [
      name,
      String(value),
      `at ${atMost ? 'most' : 'least'} ${wanted}`,
      ok ? 'reached' : 'NOT reached',
    ]),
  );
}

/** A side as it stands in the JSON line. */
export function sideFigures(side: SideResult): object {
  const { median, low, high, rounds } = side.rate;
  return {
    eventsPerSecond: { median: rounded(median), low: rounded(low), high: rounded(high), rounds } satisfies Figure,
    cpuMsPerEvent: Object.fromEntries(Object.entries(side.cpuMsPerEvent).map(([name, ms]) => [name, rounded(ms)])),
  };
}
