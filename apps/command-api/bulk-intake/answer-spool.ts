/** Chunks of outcomes held for a client that reads slowly; beyond them they are read back from the report. */
const MAX_HELD = 4;

/**
 * Outcomes on their way to the client. A client may send its whole body before it reads a byte of the answer: were intake to
 * wait for it, both would wait for ever. So intake goes on, nothing is held beyond a few chunks, and what was not held comes
 * from the report.
 */
export class AnswerSpool {
  private readonly held = new Map<number, string>();
  private chunks = 0;
  private last: string | undefined;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly readBack: (chunk: number) => Promise<string | undefined>) {}

  /** The next chunk's outcomes, which the report holds already. */
  push(outcomes: string): void {
    if (this.held.size < MAX_HELD) this.held.set(this.chunks, outcomes);
    this.chunks += 1;
    this.wake();
  }

  /** The answer is complete with this line. */
  end(last: string): void {
    this.last = last;
    this.wake();
  }

  /** Nothing sensible can be said any more: the connection is cut. */
  fail(error: Error): void {
    this.failure = error;
    this.wake();
  }

  async *read(): AsyncGenerator<string> {
    for (let next = 0; ; next += 1) {
      while (next >= this.chunks && this.last === undefined && this.failure === undefined) await this.woken();
      if (this.failure !== undefined) throw this.failure;
      if (next >= this.chunks) break;
      const held = this.held.get(next);
      this.held.delete(next);
      yield held ?? (await this.readBack(next)) ?? '';
    }
    yield this.last ?? '';
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
