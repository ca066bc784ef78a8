import { recordAct, type Viewer } from '#access';
import type { EventLog, LogWrites } from '#event-log';
import { summaryLine, type Summary } from './outcome.js';

/** Reports of bulk calls: what each line came to, kept in the transaction that did it, so that no report ever says more or less. */
export class BulkReports {
  constructor(private readonly log: EventLog) {}

  async begin(call: string, viewer: Viewer): Promise<void> {
    await this.log.query('INSERT INTO bulk_calls (call, organisation, subject) VALUES ($1, $2, $3)', [
      call,
      viewer.organisation,
      viewer.subject,
    ]);
  }

  async keepChunk(write: LogWrites, call: string, chunk: number, outcomes: string): Promise<void> {
    await write.query('INSERT INTO bulk_chunks (call, chunk, outcomes) VALUES ($1, $2, $3)', [call, chunk, outcomes]);
  }

  async end(summary: Summary): Promise<void> {
    await this.log.query('UPDATE bulk_calls SET ended_at = clock_timestamp(), summary = $2 WHERE call = $1', [
      summary.call,
      summaryLine(summary),
    ]);
  }

  /** Outcomes of one chunk; undefined when there is none of that number. */
  async chunk(call: string, chunk: number): Promise<string | undefined> {
    const [row] = await this.log.query<{ outcomes: string }>(
      'SELECT outcomes FROM bulk_chunks WHERE call = $1 AND chunk = $2',
      [call, chunk],
    );
    return row?.outcomes;
  }

  /** Before the report leaves: it is sent as a stream, so nobody else can record it in time. */
  recordReading(call: string, viewer: Viewer): Promise<void> {
    const entry = {
      act: 'consultation' as const,
      viewer,
      purpose: viewer.asks ?? 'unspecified',
      reason: 'bulk.report',
    };
    return recordAct(this.log, { ...entry, ids: [`bulk-${call}`] });
  }

  /** The summary of a call of this caller; undefined when there is no such call. A colleague may see less, so it is theirs alone. */
  async callOf(call: string, viewer: Viewer): Promise<{ summary: string | null } | undefined> {
    const [row] = await this.log.query<{ summary: string | null }>(
      'SELECT summary FROM bulk_calls WHERE call = $1 AND organisation = $2 AND subject = $3',
      [call, viewer.organisation, viewer.subject],
    );
    return row;
  }
}
