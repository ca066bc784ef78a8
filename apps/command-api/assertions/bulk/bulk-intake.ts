import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ABOVE_OFFICIAL, EVENT_LOG, recordActs, type Viewer } from '#access';
import type { EventLog, LogReads, LogWrites, Prepared } from '#event-log';
import { currentTrace, isKnownError, newId, type KnownError } from '#runtime';
import { countRefusal } from '../../command-figures.js';
import { retryingConflicts } from '../../retrying-conflicts.js';
import { spillageOf } from '../../spillages/report-spillage.js';
import { traced } from '../../traced.js';
import { keepDueLinks } from '../../categories/due-links.js';
import { AssertionRules } from '../assertion-rules.js';
import { assertorOf } from '../assertor.js';
import { basisOf, keepBasis } from '../basis.js';
import { EntityNames } from '../entity-names.js';
import { keepReferences, knownReferences } from '../references.js';
import { AnswerSpool } from './answer-spool.js';
import { decideChunk } from './decide-chunk.js';
import { LineQueue } from './line-queue.js';
import { LineSplitter } from './line-splitter.js';
import { BULK_ROUTE } from './ndjson.js';
import { NO_COUNTS, counted, linesOf, summaryLine, type Counts, type LineOutcome, type Summary } from './outcome.js';
import { readLine, type IntakeLine } from './read-line.js';
import { BulkReports } from './reports.js';

/**
 * Bulk intake: lines are read, decided and written at the same time, a chunk a transaction, and answered as they are kept.
 * Killed at any moment, what was answered is kept, and a repeat of the call finds it by its references.
 */
@Injectable()
export class BulkIntake {
  private readonly logger = new Logger(BulkIntake.name);

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
    private readonly reports: BulkReports,
    private readonly rules: AssertionRules,
  ) {}

  /** Begins a call and gives its id and its answer; rejects where nothing can be kept at all. */
  async begin(viewer: Viewer, body: Readable): Promise<{ call: string; answer: AsyncIterable<string> }> {
    const call = newId();
    await this.reports.begin(call, viewer);
    const spool = new AnswerSpool((chunk) => this.reports.chunk(call, chunk));
    this.takeIn({ call, viewer }, body, spool).catch((error: Error) => {
      this.logger.error(error);
      spool.fail(error);
    });
    return { call, answer: spool.read() };
  }

  private async takeIn(from: Origin, body: Readable, spool: AnswerSpool): Promise<void> {
    const queue = new LineQueue();
    const reading = readLines(body, queue);
    // Told when it is awaited; until then a failure is not "unhandled".
    reading.catch(() => undefined);
    let counts = NO_COUNTS;
    let stopped: KnownError | undefined;
    try {
      for (let chunk = 0, lines = await queue.take(); lines !== undefined; chunk += 1, lines = await queue.take()) {
        const { outcomes, text } = await this.keep(from, chunk, lines);
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
    await this.conclude(summaryOf(from.call, counts, stopped, cutOff), stopped, spool);
  }

  /** Where the store has gone the summary cannot be kept; the caller is told all the same. */
  private async conclude(summary: Summary, stopped: KnownError | undefined, spool: AnswerSpool): Promise<void> {
    if (stopped === undefined) await this.reports.end(summary);
    spool.end(summaryLine(summary));
  }

  private keep(from: Origin, chunk: number, lines: IntakeLine[]): Promise<KeptChunk> {
    return retryingConflicts(() => this.log.transact((read) => this.prepare(read, from, chunk, lines)));
  }

  private async prepare(
    read: LogReads,
    { call, viewer }: Origin,
    chunk: number,
    lines: readonly IntakeLine[],
  ): Promise<Prepared<KeptChunk>> {
    const given = lines.flatMap((line) => ('given' in line ? [line.given] : []));
    const [known, basis] = await Promise.all([
      knownReferences(read, viewer.organisation, [...new Set(given.map(({ reference }) => reference))]),
      basisOf(
        read,
        given.flatMap((each) => each.basis ?? []),
      ),
    ]);
    const decided = decideChunk(lines, {
      call,
      by: assertorOf(viewer),
      trace: currentTrace(),
      now: new Date(),
      newId,
      keyOf: (kind, key) => this.names.of(kind, key),
      known,
      restsOn: basis.markings,
      rules: this.rules,
    });
    const text = linesOf(decided.outcomes);
    const spilled = decided.outcomes.filter(
      (each) => each.outcome === 'refused' && each.code === ABOVE_OFFICIAL,
    ).length;
    const spillage =
      spilled === 0
        ? undefined
        : spillageOf({ id: newId(), viewer, now: new Date(), where: `POST ${BULK_ROUTE}`, count: spilled });
    const writes = spillage === undefined ? decided.writes : [...decided.writes, ...traced([spillage.write])];
    const afterwards: Afterwards = async (write) => {
      await Promise.all([
        keepReferences(write, viewer.organisation, decided.references),
        recordActs(write, spillage === undefined ? decided.audit : [...decided.audit, spillage.audit]),
        spillage?.keep(write),
        keepBasis(write, decided.derived, basis),
        this.reports.keepChunk(write, call, chunk, text),
        keepDueLinks(
          write,
          decided.writes.flatMap(({ events }) => events),
          this.names,
        ),
      ]);
      return { outcomes: decided.outcomes, text };
    };
    return writes.length === 0 ? { append: 'nothing', afterwards } : { append: writes, afterwards };
  }
}

interface Origin {
  call: string;
  viewer: Viewer;
}

interface KeptChunk {
  outcomes: LineOutcome[];
  /** The same as it is sent and kept. */
  text: string;
}

type Afterwards = (write: LogWrites) => Promise<KeptChunk>;

/** Reads to the end, or to where the sender was cut off: the half line that is left then is nobody's assertion. */
async function readLines(body: Readable, queue: LineQueue): Promise<'read' | 'cut-off'> {
  const splitter = new LineSplitter();
  try {
    // Destroying the request would cut the answer off as well.
    for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)
      if (!queue.isEnded) await queue.push(splitter.push(part).map(readLine));
    await queue.push(splitter.end().map(readLine));
    return 'read';
  } catch (error) {
    // The only error that a body in arrival can have is that it stops arriving.
    if (body.readableAborted || (error as NodeJS.ErrnoException).code === 'ECONNRESET') return 'cut-off';
    throw error;
  } finally {
    queue.end();
  }
}

function summaryOf(call: string, counts: Counts, stopped: KnownError | undefined, cutOff: boolean): Summary {
  const whole = { ...counts, call };
  if (stopped !== undefined) {
    const { code, message, retriable } = stopped;
    return { ...whole, complete: false, problem: { code, detail: message, retriable } };
  }
  return { ...whole, complete: !cutOff };
}
