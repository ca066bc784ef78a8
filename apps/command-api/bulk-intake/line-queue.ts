/** Most lines in one transaction: a longer one would hold everybody's relay back. */
export const MAX_CHUNK_LINES = 500;
/** Most bytes of lines in one transaction; an event is larger than its line, and the log takes 32 MB at once. */
const MAX_CHUNK_BYTES = 6 * 1024 * 1024;
/** How long a chunk waits for more lines once it has one: a slow sender gets its answer, a fast one full chunks. */
const LINGER_MS = 20;

/**
 * Between reading and writing: holds at most one chunk ahead of the one that is being written, so that both go on at once
 * and a fast sender is slowed down to what the log takes.
 */
export class LineQueue<Line extends { size: number }> {
  private lines: Line[] = [];
  private bytes = 0;
  private ended = false;
  private wake: () => void = () => undefined;
  private changed = this.nextChange();

  /** Resolves when there is room for the next part. */
  async push(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      this.lines.push(line);
      this.bytes += line.size;
    }
    if (lines.length > 0) this.notify();
    while (this.isFull() && !this.ended) await this.changed;
  }

  /** No more lines will come. */
  end(): void {
    this.ended = true;
    this.notify();
  }

  get isEnded(): boolean {
    return this.ended;
  }

  /** Stops whoever waits to push: nobody will take any more. */
  close(): void {
    this.lines = [];
    this.end();
  }

  /** The next chunk, or undefined at the end. */
  async take(): Promise<Line[] | undefined> {
    while (this.lines.length === 0) {
      if (this.ended) return undefined;
      await this.changed;
    }
    await this.linger();
    let count = 0;
    let bytes = 0;
    for (const line of this.lines) {
      if (count === MAX_CHUNK_LINES || (count > 0 && bytes + line.size > MAX_CHUNK_BYTES)) break;
      count += 1;
      bytes += line.size;
    }
    const chunk = this.lines.splice(0, count);
    this.bytes -= bytes;
    this.notify();
    return chunk;
  }

  private async linger(): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.notify();
    }, LINGER_MS);
    while (!this.isFull() && !this.ended && !late) await this.changed;
    clearTimeout(timer);
  }

  private isFull(): boolean {
    return this.lines.length >= MAX_CHUNK_LINES || this.bytes >= MAX_CHUNK_BYTES;
  }

  private notify(): void {
    const wake = this.wake;
    this.changed = this.nextChange();
    wake();
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
