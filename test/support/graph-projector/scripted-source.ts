import type { PartitionEnd, RecordSource, Taken, TransportRecord } from '#kafka';

/** Brings records in an order that somebody wrote down, and says that it gave all when it did. */
export class ScriptedSource implements RecordSource {
  private readonly waiting: TransportRecord[] = [];
  private wake: () => void = () => undefined;

  /** @param most records in one take, so that batches end in many places */
  constructor(
    private readonly partitions: readonly Omit<PartitionEnd, 'reached'>[],
    private readonly most = Infinity,
  ) {}

  bring(records: readonly TransportRecord[]): void {
    this.waiting.push(...records);
    this.wake();
  }

  /** Waits shorter than it is asked to: a simulation knows that nothing more comes. */
  async take(limit: number, waitMs: number): Promise<Taken> {
    if (this.waiting.length === 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(waitMs, 2));
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    return { records: this.waiting.splice(0, Math.min(limit, this.most)), foreign: [] };
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  ends(): Promise<PartitionEnd[]> {
    return Promise.resolve(this.partitions.map((place) => ({ ...place, reached: this.waiting.length === 0 })));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
