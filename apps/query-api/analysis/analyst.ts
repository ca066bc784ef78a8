import { join } from 'node:path';
import type { OnModuleDestroy } from '@nestjs/common';
import { Piscina } from 'piscina';
import { callerGone, tooLong } from '../reading/graph-reader.js';
import { QuestionRefused } from '../terms/refusals.js';
import { standingsOf, type Standing } from './standing.js';
import type { Ties } from './ties.js';

/** Works out standings. The signal stops the work: what runs for nobody takes a processor from those who still wait. */
export type Analyst = (ties: Ties, signal: AbortSignal) => Promise<Standing[]>;

/** Answers of others go on meanwhile: one analysis at a time, in a thread of its own, which ends when nobody asks for a while. */
const THREADS = 1;
/** More wait than anybody would: the next one is told to come back. */
const WAITING = 8;
const IDLE_MS = 60_000;
/** Behind whoever waits for an answer that takes milliseconds: where processors are few, an analysis takes a little longer. */
const NICE = 19;

/** What the thread runs: the compiled file beside this one, of which it calls `standingsOf`. */
export const WORKER = join(import.meta.dirname, 'standing.js');

export class AnalysisThread implements OnModuleDestroy {
  private pool: Piscina | undefined;

  /** An analysis is stopped after `limitMs`, like a question in the store. */
  constructor(
    private readonly limitMs: number,
    private readonly worker = WORKER,
  ) {}

  /** @throws {@link QuestionRefused} `analysis.busy`, `question.too-long`, `question.caller-gone` */
  readonly standings: Analyst = async (ties, signal) => {
    const pool = (this.pool ??= this.open());
    if (pool.queueSize >= WAITING) throw busy();
    const tooLate = AbortSignal.timeout(this.limitMs);
    try {
      const run = { name: standingsOf.name, signal: AbortSignal.any([signal, tooLate]) };
      return (await pool.run(ties, run)) as Standing[];
    } catch (error) {
      if (signal.aborted) throw callerGone();
      if (tooLate.aborted) throw tooLong(this.limitMs);
      throw error;
    }
  };

  async onModuleDestroy(): Promise<void> {
    await this.pool?.destroy();
  }

  private open(): Piscina {
    const threads = { minThreads: 0, maxThreads: THREADS, idleTimeout: IDLE_MS, niceIncrement: NICE };
    return new Piscina({ filename: this.worker, ...threads, maxQueue: WAITING });
  }
}

function busy(): QuestionRefused {
  const detail = 'More networks wait to be analysed than anybody would wait for. Ask again in a minute.';
  return new QuestionRefused('analysis.busy', 'Unavailable', detail);
}
