import { join } from 'node:path';
import type { OnModuleDestroy } from '@nestjs/common';
import { Piscina } from 'piscina';
import { callerGone, tooLong } from '../reading/graph-reader.js';
import { standingsOf, type Standing } from './standing.js';
import type { Ties } from './ties.js';
import { Turns, type Clock } from './turns.js';

/** Works out standings. The signal stops the work: what runs for nobody takes a processor from those who still wait. */
export type Analyst = (ties: Ties, signal: AbortSignal) => Promise<Standing[]>;

/** Answers of others go on meanwhile: one analysis at a time, in a thread of its own, which ends when nobody asks for a while. */
const THREADS = { minThreads: 0, maxThreads: 1, idleTimeout: 60_000 };
/** Behind whoever waits for an answer that takes milliseconds: where processors are few, an analysis takes a little longer. */
const NICE = 19;

/** What the thread runs: the compiled file beside this one, of which it calls `standingsOf`. */
export const WORKER = join(import.meta.dirname, 'standing.js');

export class AnalysisThread implements OnModuleDestroy {
  private pool: Piscina | undefined;
  private readonly turns: Turns;

  /**
   * An analysis is stopped after `limitMs`, like a question in the store, and waits as long for those before it. Waiting is no
   * part of its own time: who narrows a question because others were slow narrows it for nothing.
   */
  constructor(
    private readonly limitMs: number,
    private readonly worker = WORKER,
    private readonly clock: Clock = (ms) => AbortSignal.timeout(ms),
  ) {
    this.turns = new Turns(limitMs, clock);
  }

  /** @throws {@link QuestionRefused} `analysis.busy`, `question.too-long`, `question.caller-gone` */
  readonly standings: Analyst = async (ties, signal) => {
    await this.turns.take(signal);
    try {
      return await this.work(ties, signal);
    } finally {
      this.turns.giveBack();
    }
  };

  async onModuleDestroy(): Promise<void> {
    await this.pool?.destroy();
  }

  private async work(ties: Ties, signal: AbortSignal): Promise<Standing[]> {
    const pool = (this.pool ??= new Piscina({ filename: this.worker, ...THREADS, niceIncrement: NICE }));
    const tooLate = this.clock(this.limitMs);
    try {
      const run = { name: standingsOf.name, signal: AbortSignal.any([signal, tooLate]) };
      return (await pool.run(ties, run)) as Standing[];
    } catch (error) {
      if (signal.aborted) throw callerGone();
      if (tooLate.aborted) throw tooLong(this.limitMs);
      throw error;
    }
  }
}
