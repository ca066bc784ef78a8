import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ABOVE_OFFICIAL, EVENT_LOG, recordActs, type AuditEntry, type Viewer } from '#access';
import type { EventLog, LogReads, LogWrites, Prepared, StreamWrite } from '#event-log';
import type { RecordedEvent } from '#events';
import { isKnownError, newId, type KnownError } from '#runtime';
import { countRefusal } from '../command-figures.js';
import { retryingConflicts } from '../retrying-conflicts.js';
import { spillageOf, type Spillage } from '../spillages/report-spillage.js';
import { traced } from '../traced.js';
import { AnswerSpool } from './answer-spool.js';
import { LineQueue } from './line-queue.js';
import { LineSplitter } from './line-splitter.js';
import { BULK_ROUTES, type BulkKind } from './ndjson.js';
import { NO_COUNTS, counted, linesOf, summaryLine, type Counts, type LineOutcome, type Summary } from './outcome.js';
import { readLine, type IntakeLine, type LineForm } from './read-line.js';
import type { CallLimits } from './call-limits.js';
import { BulkReports } from './reports.js';

/** What a chunk of lines comes to. All of it is one transaction, with the chunk of the report. */
export interface DecidedLines {
  writes: readonly StreamWrite[];
  /** One for each line, in order. */
  outcomes: LineOutcome[];
  audit: readonly AuditEntry[];
  alsoWrite?: (write: LogWrites, appended: readonly RecordedEvent[]) => Promise<unknown>;
}

/** One kind of bulk call: what a line is, and what is decided on a chunk of them. */
export interface Intake<Given> {
  kind: BulkKind;
  form: LineForm<Given>;
  decide: (read: LogReads, call: string, lines: readonly IntakeLine<Given>[]) => Promise<DecidedLines>;
  /** Says that nothing of it is to be kept but its report. */
  dryRun?: boolean;
  /** How many such calls one organisation may make. */
  limits?: CallLimits;
}

/**
 * Bulk intake: lines are read, decided and written at the same time, a chunk a transaction, and answered as they are kept.
 * Killed at any moment, what was answered is kept, and a repeat of the call finds it by its references.
 */
@Injectable()
export class BulkIntake {
  private readonly logger = new Logger(BulkIntake.name);

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly reports: BulkReports,
  ) {}

  /** Begins a call and gives its id and its answer; rejects where nothing can be kept at all. */
  async begin<Given>(
    viewer: Viewer,
    intake: Intake<Given>,
    body: Readable,
  ): Promise<{ call: string; answer: AsyncIterable<string> }> {
    const call = newId();
    await this.reports.begin(call, viewer, intake);
    const spool = new AnswerSpool((chunk) => this.reports.chunk(call, chunk));
    this.takeIn({ call, viewer, intake }, body, spool).catch((error: Error) => {
      this.logger.error(error);
      spool.fail(error);
    });
    return { call, answer: spool.read() };
  }

  private async takeIn<Given>(from: Origin<Given>, body: Readable, spool: AnswerSpool): Promise<void> {
    const queue = new LineQueue<IntakeLine<Given>>();
    const reading = readLines(body, queue, from.intake.form);
    // Told when it is awaited; until then a failure is not "unhandled".
    reading.catch(() => undefined);
    let counts = NO_COUNTS;
    let stopped: KnownError | undefined;
    try {
      let chunk = 0;
      for (let lines = await queue.take(); lines !== undefined; lines = await queue.take())
        for await (const { outcomes, text } of this.keepAll(from, () => chunk, lines)) {
          chunk += 1;
          counts = counted(counts, outcomes);
          for (const each of outcomes) if (each.outcome === 'refused') countRefusal(each.code, from.viewer);
          spool.push(text);
        }
    } catch (error) {
      if (!isKnownError(error)) throw error;
      stopped = error;
    } finally {
      queue.close();
    }
    // A call that we stop is answered at once; what is still arriving is read and dropped, so that its connection stays usable.
    const cutOff = stopped === undefined && (await reading) === 'cut-off';
    await this.conclude(summaryOf(from, counts, stopped, cutOff), stopped, spool);
  }

  /** Where the store has gone the summary cannot be kept; the caller is told all the same. */
  private async conclude(summary: Summary, stopped: KnownError | undefined, spool: AnswerSpool): Promise<void> {
    if (stopped === undefined) await this.reports.end(summary);
    spool.end(summaryLine(summary));
  }

  /**
   * Lines that come to more events than one append takes, because many are told of them, are kept in halves. `chunk` gives the
   * number of the next one: what was not kept has none, or the report would end there.
   */
  private async *keepAll<Given>(
    from: Origin<Given>,
    chunk: () => number,
    lines: IntakeLine<Given>[],
  ): AsyncGenerator<KeptChunk> {
    const middle = lines.length >> 1;
    let kept: KeptChunk | undefined;
    try {
      kept = await this.keep(from, chunk(), lines);
    } catch (error) {
      if (middle === 0 || (error as { code?: unknown }).code !== 'append.too-large') throw error;
    }
    if (kept !== undefined) return yield kept;
    yield* this.keepAll(from, chunk, lines.slice(0, middle));
    yield* this.keepAll(from, chunk, lines.slice(middle));
  }

  private keep<Given>(from: Origin<Given>, chunk: number, lines: IntakeLine<Given>[]): Promise<KeptChunk> {
    return retryingConflicts(() => this.log.transact((read) => this.prepare(read, from, chunk, lines)));
  }

  private async prepare<Given>(
    read: LogReads,
    { call, viewer, intake }: Origin<Given>,
    chunk: number,
    lines: readonly IntakeLine<Given>[],
  ): Promise<Prepared<KeptChunk>> {
    const decided = await intake.decide(read, call, lines);
    const { outcomes } = decided;
    const text = linesOf(outcomes);
    const spillage = spillageIn(outcomes, viewer, intake.kind);
    const writes = spillage === undefined ? [...decided.writes] : [...decided.writes, ...traced([spillage.write])];
    const afterwards = async (write: LogWrites, appended: readonly RecordedEvent[] = []): Promise<KeptChunk> => {
      await Promise.all([
        recordActs(write, spillage === undefined ? decided.audit : [...decided.audit, spillage.audit]),
        spillage?.keep(write),
        this.reports.keepChunk(write, call, chunk, text),
        decided.alsoWrite?.(write, appended),
      ]);
      return { outcomes, text };
    };
    return writes.length === 0 ? { append: 'nothing', afterwards } : { append: writes, afterwards };
  }
}

interface Origin<Given> {
  call: string;
  viewer: Viewer;
  intake: Intake<Given>;
}

interface KeptChunk {
  outcomes: LineOutcome[];
  /** The same as it is sent and kept. */
  text: string;
}

function spillageIn(outcomes: readonly LineOutcome[], viewer: Viewer, kind: BulkKind): Spillage | undefined {
  const count = outcomes.filter((each) => each.outcome === 'refused' && each.code === ABOVE_OFFICIAL).length;
  if (count === 0) return undefined;
  return spillageOf({ id: newId(), viewer, now: new Date(), where: `POST ${BULK_ROUTES[kind]}`, count });
}

/** Reads to the end, or to where the sender was cut off: the half line that is left then is nobody's word. */
async function readLines<Given>(
  body: Readable,
  queue: LineQueue<IntakeLine<Given>>,
  form: LineForm<Given>,
): Promise<'read' | 'cut-off'> {
  const splitter = new LineSplitter();
  try {
    // Destroying the request would cut the answer off as well.
    for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)
      if (!queue.isEnded) await queue.push(splitter.push(part).map((line) => readLine(line, form)));
    await queue.push(splitter.end().map((line) => readLine(line, form)));
    return 'read';
  } catch (error) {
    // The only error that a body in arrival can have is that it stops arriving.
    if (body.readableAborted || (error as NodeJS.ErrnoException).code === 'ECONNRESET') return 'cut-off';
    throw error;
  } finally {
    queue.end();
  }
}

function summaryOf<Given>(
  { call, intake }: Origin<Given>,
  counts: Counts,
  stopped: KnownError | undefined,
  cutOff: boolean,
): Summary {
  const whole = { ...counts, call, ...(intake.dryRun === true ? { dryRun: true } : {}) };
  if (stopped !== undefined) {
    const { code, message, retriable } = stopped;
    return { ...whole, complete: false, problem: { code, detail: message, retriable } };
  }
  return { ...whole, complete: !cutOff };
}
