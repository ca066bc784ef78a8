import { recordAct, type Viewer } from '#access';
import type { EventLog, LogWrites } from '#event-log';
import { refuseTooManyCalls, type CallLimits } from './call-limits.js';
import type { BulkKind } from './ndjson.js';
import { NO_COUNTS, summaryLine, type Summary } from './outcome.js';

interface Begun {
  kind: BulkKind;
  dryRun?: boolean;
  limits?: CallLimits;
}

/** Reports of bulk calls: what each line came to, kept in the transaction that did it, so that no report ever says more or less. */
export class BulkReports {
  constructor(private readonly log: EventLog) {}

  /** @throws Problem `bulk.too-many-calls` with Retry-After, where calls of this kind are limited */
  async begin(call: string, viewer: Viewer, { kind, dryRun = false, limits }: Begun): Promise<void> {
    await this.log.transact(async (read) => {
      if (limits !== undefined) await refuseTooManyCalls(read, viewer, limits);
      return {
        append: 'nothing',
        afterwards: (write) =>
          write.query(
            'INSERT INTO bulk_calls (call, organisation, subject, kind, dry_run) VALUES ($1, $2, $3, $4, $5)',
            [call, viewer.organisation, viewer.subject, kind, dryRun],
          ),
      };
    });
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

  /** A call of this caller; undefined when there is no such call. A colleague may see less, so it is theirs alone. */
  async callOf(
    call: string,
    kinds: readonly BulkKind[],
    viewer: Viewer,
  ): Promise<{ summary: string | null } | undefined> {
    const [row] = await this.log.query<{ summary: string | null }>(
      'SELECT summary FROM bulk_calls WHERE call = $1 AND kind = ANY ($2) AND organisation = $3 AND subject = $4',
      [call, kinds, viewer.organisation, viewer.subject],
    );
    return row;
  }

  /** The answer of a call again, as far as it got. */
  async *lines(call: string, summary: string | null): AsyncGenerator<string> {
    for (let chunk = 0, lines = await this.chunk(call, chunk); lines !== undefined;) {
      yield lines;
      chunk += 1;
      lines = await this.chunk(call, chunk);
    }
    // A call without a summary was cut off by the end of its server, or is still running.
    yield summary ?? summaryLine({ ...NO_COUNTS, call, complete: false });
  }
}
