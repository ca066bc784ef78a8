import { mkdirSync, writeFileSync, createWriteStream, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { FileTotals, Refusal } from './accounts.js';
import type { ImportProgress, ImportResult } from './run-import.js';

const COLUMNS = ['rows', 'imported', 'alreadyThere', 'merged', 'refused', 'unanswered'] as const;
const HEADS: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  rows: 'rows',
  imported: 'imported',
  alreadyThere: 'already there',
  merged: 'merged',
  refused: 'refused',
  unanswered: 'unanswered',
};

/** `9,999,999` */
const NUMBER_WIDTH = 9;

/** The book of an import as a table for people: a line for each file and one for all. */
export function reportTable(result: Pick<ImportResult, 'files' | 'withoutRows'>): string {
  const sum = (column: (typeof COLUMNS)[number]): number =>
    result.files.reduce((total, file) => total + file[column], 0);
  const all = {
    file: 'all files',
    ...Object.fromEntries(COLUMNS.map((column) => [column, sum(column)])),
  } as FileTotals;
  const width = Math.max(...[...result.files, all].map(({ file }) => file.length), 'file'.length);
  const line = (name: string, cells: string[]): string =>
    [
      name.padEnd(width),
      ...cells.map((cell, index) =>
        cell.padStart(Math.max((HEADS[COLUMNS[index] ?? 'rows'] ?? '').length, NUMBER_WIDTH) + 2),
      ),
    ].join('');
  const totals = (file: FileTotals): string =>
    line(
      file.file,
      COLUMNS.map((column) => number(file[column])),
    );
  return [
    line(
      'file',
      COLUMNS.map((column) => HEADS[column]),
    ),
    ...result.files.map(totals),
    totals(all),
    ...result.withoutRows.map(({ name, reason }) => `${name}: no rows. ${reason}`),
  ].join('\n');
}

/** What the graph is expected to hold, in lines for people. */
export function expectedLines({ expected }: Pick<ImportResult, 'expected'>): string[] {
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${number(count)}`)
      .join(', ');
  return [
    `${number(expected.entitiesInAll)} entities: ${list(expected.entities)}`,
    `${number(expected.statementsInAll)} statements: ${list(expected.statements)}`,
  ];
}

function number(count: number): string {
  return count.toLocaleString('en-GB');
}

/** The report on disk: the book as JSON, and beside it a line of JSON for each refused row. */
export class ReportFile {
  readonly refusedPath: string;
  #refused: WriteStream | undefined;

  constructor(readonly path: string) {
    this.refusedPath = `${path.replace(/\.json$/u, '')}.refused.ndjson`;
    mkdirSync(dirname(path), { recursive: true });
  }

  get hasRefusals(): boolean {
    return this.#refused !== undefined;
  }

  refusal(refusal: Refusal): void {
    this.#refused ??= createWriteStream(this.refusedPath);
    this.#refused.write(`${JSON.stringify(refusal)}\n`);
  }

  async finish(result: object): Promise<void> {
    const refused = this.#refused;
    if (refused !== undefined) await new Promise<void>((resolve) => refused.end(resolve));
    writeFileSync(this.path, `${JSON.stringify(result, null, 2)}\n`);
  }
}

/** Says now and then how far it is: often enough to see that it lives, seldom enough for a log. */
export class ProgressLines {
  #last = 0;

  constructor(
    private readonly say: (line: string) => void,
    private readonly start: number,
    private readonly everyMs = 3000,
  ) {}

  at(progress: ImportProgress, now: number): void {
    if (now - this.#last < this.everyMs) return;
    this.#last = now;
    const { rows, closed, refused } = progress;
    const share = rows === 0 ? 100 : Math.floor((closed / rows) * 100);
    const perSecond = Math.round(closed / Math.max((now - this.start) / 1000, 0.001));
    const refusals = refused === 0 ? '' : `, ${number(refused)} refused`;
    this.say(`${number(closed)} of ${number(rows)} rows (${share} %), ${number(perSecond)} a second${refusals}`);
  }
}
