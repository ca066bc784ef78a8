import { Counter, Gauge, type Registry } from 'prom-client';
import type { Sequenced } from '#event-log';

/** The relay's figures. Counts of everything that happens, so they are served to operators only (see /metrics). */
export class RelayMetrics {
  private readonly active: Gauge;
  private readonly head: Gauge;
  private readonly publishedPosition: Gauge;
  private readonly unpublished: Gauge;
  private readonly oldest: Gauge;
  private readonly sequencedEvents: Counter;
  private readonly publishedEvents: Counter;
  private readonly batches: Counter;
  private last = { head: 0, published: 0 };

  constructor(registry: Registry) {
    const registers = [registry];
    this.active = new Gauge({ name: 'relay_active', help: '1 while this process holds the lease', registers });
    this.head = new Gauge({ name: 'relay_head_position', help: 'Last position given', registers });
    this.publishedPosition = new Gauge({
      name: 'relay_published_position',
      help: 'Last position that Kafka acknowledged',
      registers,
    });
    this.unpublished = new Gauge({
      name: 'relay_unpublished_events',
      help: 'Events with a position that Kafka has not acknowledged',
      registers,
    });
    this.oldest = new Gauge({
      name: 'relay_oldest_unsequenced_seconds',
      help: 'Age of the oldest event that has no position yet',
      registers,
    });
    this.sequencedEvents = new Counter({ name: 'relay_sequenced_events_total', help: 'Positions given', registers });
    this.publishedEvents = new Counter({
      name: 'relay_published_events_total',
      help: 'Events acknowledged',
      registers,
    });
    this.batches = new Counter({ name: 'relay_published_batches_total', help: 'Batches acknowledged', registers });
  }

  isActive(active: boolean): void {
    this.active.set(active ? 1 : 0);
  }

  sequenced({ given, head }: Sequenced): void {
    if (given > 0) this.sequencedEvents.inc(given);
    if (head !== this.last.head) this.show({ ...this.last, head });
  }

  published(size: number, position: number): void {
    this.publishedEvents.inc(size);
    this.batches.inc();
    this.show({ ...this.last, published: position });
  }

  /** At the beginning of a session, as the log recorded it. */
  begins(head: number, published: number): void {
    this.show({ head, published });
  }

  oldestUnsequenced(seconds: number): void {
    this.oldest.set(seconds);
  }

  private show(now: { head: number; published: number }): void {
    this.last = now;
    this.head.set(now.head);
    this.publishedPosition.set(now.published);
    this.unpublished.set(Math.max(0, now.head - now.published));
  }
}
