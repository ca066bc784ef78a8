import { positionKey } from '#graph';
import type { PartitionOffset, TransportRecord } from '#kafka';
import { OtherHistory } from '../history.js';
import type { Source, Stores } from '../ports.js';
import type { ArrivingEvent } from '../transport/arriving.js';
import type { Watch } from '../watch.js';
import { prepareEvents, type PreparedEvent } from '../writing/prepare.js';
import { nextMissing } from './heal.js';
import type { OpenProjection } from './open-projection.js';
import { TailCheck } from './tail-check.js';
import { writeInOrder } from './write-in-order.js';

/** Events of one transaction: more gain nothing, and a batch that is refused takes the longer to be halved. */
const BATCH = 2_000;
/** Longest wait for a record when there is nothing to do; one that comes is taken at once. */
const IDLE_MS = 100;
/** The same while others wait for the writer: they go as soon as it is free. */
const GATHER_MS = 5;

interface Batch {
  events: PreparedEvent[];
  offsets: Map<string, PartitionOffset>;
}

/**
 * One stretch of projecting: from the moment that the graph's positions are known until a store is away, somebody else moved
 * them, or the stop. One loop writes; while a batch is being written, the next is fetched, decoded and projected.
 */
export class Projection {
  private readonly check: TailCheck;
  /** Offsets of what the graph has, not yet saved. */
  private applied = new Map<string, PartitionOffset>();
  private writing = false;
  private idle = false;
  private failure: unknown;

  constructor(
    private readonly stores: Stores,
    private readonly open: OpenProjection,
    private readonly source: Source,
    private readonly watch: Watch,
    checkEveryMs?: number,
  ) {
    const offsets = (): PartitionOffset[] => this.toCommit();
    this.check = new TailCheck(stores, open, source, watch, offsets, () => this.idle, checkEveryMs);
  }

  /** Runs until the signal. @throws what ended it before */
  async run(until: AbortSignal): Promise<void> {
    const end = new AbortController();
    const signal = AbortSignal.any([until, end.signal]);
    const checking = this.check.run(signal).catch((error: unknown) => this.fail(error, end));
    let written: Promise<void> = Promise.resolve();
    try {
      while (!signal.aborted) {
        const batch = await this.gather(signal);
        await written;
        if (batch.events.length > 0) written = this.write(batch).catch((error: unknown) => this.fail(error, end));
      }
    } finally {
      end.abort();
      await Promise.all([checking, written]);
    }
    if (this.failure !== undefined) throw this.failure;
  }

  private fail(error: unknown, end: AbortController): void {
    this.failure ??= error;
    end.abort();
  }

  /** Events until there are enough, or until there are some and the writer is free. */
  private async gather(signal: AbortSignal): Promise<Batch> {
    const batch: Batch = { events: [], offsets: new Map() };
    const { log, idOf } = this.stores;
    while (!signal.aborted && batch.events.length < BATCH && (batch.events.length === 0 || this.writing)) {
      const missing = await nextMissing(this.stores, this.open.intake, BATCH / 2);
      for (const event of missing ?? []) batch.events.push(event);
      const wait = missing !== undefined ? 0 : batch.events.length > 0 ? GATHER_MS : IDLE_MS;
      const arrived = await this.take(
        missing === undefined ? BATCH - batch.events.length : BATCH / 2,
        wait,
        batch.offsets,
      );
      for (const event of await prepareEvents(log, idOf, arrived)) batch.events.push(event);
    }
    return batch;
  }

  /** Takes records and keeps those that follow. */
  private async take(limit: number, waitMs: number, offsets: Batch['offsets']): Promise<ArrivingEvent[]> {
    const source = this.source();
    if (source === undefined) {
      this.idle = true;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      return [];
    }
    const { records, foreign } = await source.take(limit, waitMs);
    this.idle = records.length === 0;
    if (foreign.length > 0) this.watch.dropped(foreign);
    const arriving: ArrivingEvent[] = [];
    for (const record of records) {
      const { topic, generation, partition, offset, position, id, stream, type, body } = record;
      const key = positionKey(topic, generation, partition);
      if (!this.follows(record, key)) continue;
      offsets.set(key, { topic, generation, partition, offset });
      arriving.push({ partition: key, position, id, stream, type, body });
    }
    return arriving;
  }

  private follows(record: TransportRecord, key: string): boolean {
    const { position, incarnation } = record;
    if (incarnation > this.open.incarnation)
      throw new OtherHistory(
        `Kafka brings incarnation ${incarnation} of the log, the graph is of ${this.open.incarnation}`,
      );
    if (incarnation < this.open.incarnation) {
      this.watch.dropped([{ partition: key, position, fault: `it is of incarnation ${incarnation}` }]);
      return false;
    }
    const taken = this.open.intake.taken(key);
    switch (this.open.intake.offer(record, key)) {
      case 'next':
        return true;
      case 'gap':
        this.watch.gap('hole', key, taken, position);
        return false;
      case 'elsewhere':
        this.watch.dropped([{ partition: key, position, fault: 'its partition is not read' }]);
        return false;
      case 'held':
      case 'repeat':
        return false;
    }
  }

  private async write({ events, offsets }: Batch): Promise<void> {
    this.writing = true;
    const began = performance.now();
    try {
      await writeInOrder(this.stores, this.open.intake, this.open.writer, events);
      for (const [key, offset] of offsets) this.applied.set(key, offset);
      this.watch.wrote(events.length, performance.now() - began);
    } finally {
      this.writing = false;
    }
  }

  private toCommit(): PartitionOffset[] {
    const offsets = [...this.applied.values()];
    this.applied = new Map();
    return offsets;
  }
}
