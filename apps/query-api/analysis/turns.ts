import { callerGone } from '../reading/graph-reader.js';
import { QuestionRefused } from '../terms/refusals.js';

/** More wait than anybody would: the next one is told to come back. */
export const MOST_WAITING = 8;

/** Starts a limit of so many milliseconds. */
export type Clock = (ms: number) => AbortSignal;

/** One at a time, in the order in which they came. */
export class Turns {
  private readonly waiting = new Set<() => void>();
  private isTaken = false;

  /** Nobody waits longer than `waitMs`. */
  constructor(
    private readonly waitMs: number,
    private readonly clock: Clock,
  ) {}

  /**
   * When it is the caller's turn, which they give back.
   * @throws {@link QuestionRefused} `analysis.busy`, `question.caller-gone`
   */
  async take(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw callerGone();
    if (!this.isTaken) {
      this.isTaken = true;
      return;
    }
    if (this.waiting.size >= MOST_WAITING) throw busy('More networks wait to be analysed than anybody would wait for.');
    const tooLate = this.clock(this.waitMs);
    const ended = AbortSignal.any([signal, tooLate]);
    await new Promise<void>((resolve, reject) => {
      const called = (): void => {
        ended.removeEventListener('abort', left);
        resolve();
      };
      const left = (): void => {
        this.waiting.delete(called);
        // Asked of the limit and not of the caller, which also keeps it: a limit that nobody holds is cleared away and never ends.
        reject(tooLate.aborted ? neverBegun(this.waitMs) : callerGone());
      };
      this.waiting.add(called);
      ended.addEventListener('abort', left, { once: true });
    });
  }

  giveBack(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.isTaken = false;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}

function neverBegun(waitMs: number): QuestionRefused {
  return busy(`Others were analysed for ${Math.round(waitMs / 1000)} s, and this network's turn never came.`);
}

function busy(why: string): QuestionRefused {
  return new QuestionRefused('analysis.busy', 'Unavailable', `${why} Ask again in a minute.`);
}
