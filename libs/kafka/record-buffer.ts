import type { ForeignRecord, TransportRecord } from './record.js';

export interface Taken {
  records: TransportRecord[];
  /** Records that carry no place; never applied, always to be told. */
  foreign: ForeignRecord[];
}

/**
 * What was fetched and not yet taken. Whoever puts waits while it is full, so that a slow reader slows the fetching and
 * never fills the memory; whoever takes waits while it is empty.
 */
export class RecordBuffer {
  private waiting: TransportRecord[] = [];
  private foreign: ForeignRecord[] = [];
  private wakeTaker: () => void = () => undefined;
  private wakePutters: (() => void)[] = [];

  constructor(private readonly capacity: number) {}

  get full(): boolean {
    return this.waiting.length >= this.capacity;
  }

  put(records: readonly (TransportRecord | ForeignRecord)[]): void {
    for (const record of records)
      if ('fault' in record) this.foreign.push(record);
      else this.waiting.push(record);
    this.wakeTaker();
  }

  /** Resolves when there is room again, or after the time given, whichever is first. */
  room(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.wakePutters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async take(limit: number, waitMs: number): Promise<Taken> {
    if (this.waiting.length === 0 && this.foreign.length === 0) await this.arrival(waitMs);
    const taken = { records: this.waiting.splice(0, limit), foreign: this.foreign.splice(0) };
    if (!this.full) for (const wake of this.wakePutters.splice(0)) wake();
    return taken;
  }

  private arrival(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.wakeTaker = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
