import { Accounts, type FileTotals, type Refusal } from './accounts.js';
import { BulkSender, CallFailed, type BulkAnswer, type BulkCall, type SendLimits } from './bulk-sender.js';
import { matchDelivery } from './delivery.js';
import { GraphTotals, type ExpectedGraph } from './graph-totals.js';
import type { Mapping } from './mapping.js';
import { lineWriter, refuseRow, rowsToSend, type AssertionLine, type OutgoingRow } from './rows-to-send.js';
import type { Source } from './sources.js';
import { survey } from './survey.js';

export interface ImportProgress {
  rows: number;
  closed: number;
  refused: number;
}

export interface ImportResult {
  /** Every row of every file is accounted for, and the server answered for every one that was sent. */
  ok: boolean;
  mapping: string;
  files: FileTotals[];
  /** Files without rows of data, each with the reason. */
  withoutRows: { name: string; reason: string }[];
  /** What the graph holds of it once it is projected. */
  expected: ExpectedGraph;
  /** Why it is not ok. */
  faults: string[];
}

export interface ImportOptions {
  mapping: Mapping;
  sources: readonly Source[];
  call: BulkCall;
  limits?: SendLimits;
  /** Ends the import early: what is under way is answered, the rest stays for another run. */
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
  onRefusal?: (refusal: Refusal) => void;
}

/**
 * Surveys the files, sends every row through the bulk interface and keeps the book. Nothing is remembered between runs: rows
 * have the same references every time, so a run after a kill finds what the server already has. A progress file would be a
 * second truth, and a wrong one as soon as the log is restored from a copy.
 */
export async function runImport(options: ImportOptions): Promise<ImportResult> {
  const { mapping } = options;
  const accounts = new Accounts(options.onRefusal ?? (() => undefined));
  const totals = new GraphTotals();
  const delivery = await matchDelivery(mapping, options.sources);
  const found = await survey(mapping, delivery, accounts);
  const sender = new BulkSender(options.call, options.limits);
  const write = lineWriter(mapping.terms);
  const faults: string[] = [];
  try {
    for await (const rows of rowsToSend(mapping, delivery, found, accounts)) {
      for (const row of rows) await sendRow(row, write, sender, accounts, totals);
      options.onProgress?.(accounts.progress);
      if (options.signal?.aborted === true) {
        faults.push('Stopped by request. Another run goes on from here.');
        break;
      }
    }
    await sender.finish();
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    faults.push(`Stopped: ${error.message} (${error.code}). Another run goes on from here.`);
    await sender.finish().catch(() => undefined);
  }
  options.onProgress?.(accounts.progress);
  faults.push(...accounts.faults());
  return {
    ok: faults.length === 0,
    mapping: `${mapping.mapping}.${mapping.version}`,
    files: accounts.files,
    withoutRows: delivery.withoutRows,
    expected: totals.expected,
    faults,
  };
}

async function sendRow(
  row: OutgoingRow,
  write: (line: AssertionLine) => string,
  sender: BulkSender,
  accounts: Accounts,
  totals: GraphTotals,
): Promise<void> {
  const answers: BulkAnswer[] = [];
  const settle = (line: AssertionLine, answer: BulkAnswer): void => {
    answers.push(answer);
    if (answer.outcome !== 'refused') totals.add(line);
    if (answers.length === row.lines.length) closeRow(row, answers, accounts);
  };
  for (const line of row.lines)
    await sender.offer({ reference: line.reference, json: write(line) }, (answer) => settle(line, answer));
}

function closeRow(row: OutgoingRow, answers: readonly BulkAnswer[], accounts: Accounts): void {
  const refused = answers.find((answer) => answer.outcome === 'refused');
  if (refused !== undefined) {
    const why = (refused.faults ?? []).map((fault) =>
      [fault.pointer, fault.detail ?? fault.code].filter(Boolean).join(': '),
    );
    refuseRow(accounts, row, {
      code: refused.code ?? 'server.refused',
      message: why.length === 0 ? 'The server refused it' : `The server refused it: ${why.join('; ')}`,
    });
    return;
  }
  const isNew = answers.some((answer) => answer.outcome === 'accepted');
  accounts.close(row.file, isNew ? 'imported' : 'already-there');
  for (const part of row.joined) accounts.close(part.file, 'merged');
}
