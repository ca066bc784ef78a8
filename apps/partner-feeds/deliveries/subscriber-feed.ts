import type { Asked, Channel, ReadRange, Subscriber } from './asked.js';
import type { Deliveries } from './deliveries.js';
import type { Delivery } from './delivery.js';
import type { Feed, Head } from './feed.js';

/** The feed of a subscription, read by one of its readers on one channel. */
export class SubscriberFeed implements Feed {
  readonly name: string;
  readonly subscriber: number;

  constructor(
    private readonly deliveries: Deliveries,
    private readonly reader: Subscriber,
    private readonly channel: Channel,
  ) {
    this.name = reader.subscription;
    this.subscriber = reader.subscriber;
  }

  asking(range: ReadRange): Asked {
    return { ...range, subscriber: this.reader, channel: this.channel };
  }

  head(): Promise<Head> {
    return this.deliveries.head(this.reader);
  }

  read(range: ReadRange): Promise<Delivery[]> {
    return this.deliveries.read(this.reader, { ...range, channel: this.channel });
  }

  placeOf(cursor: string): Promise<number> {
    return this.deliveries.placeOf(this.reader, cursor);
  }

  cursorAt(sequence: number): Promise<string> {
    return this.deliveries.cursorAt(this.reader, sequence);
  }

  digestAt(sequence: number): Promise<string> {
    return this.deliveries.digestAt(this.reader, sequence);
  }
}
