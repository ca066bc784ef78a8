import { decodeEvent, encodeEvent, type KnownEvent } from './decode.js';
import type { EventBody, RecordedEvent } from './envelope.js';

/** An event in the bytes that are stored and sent: structured JSON, never null (a null is a tombstone to Kafka). */
export type StoredBody = string;

/** Outcome for one stored body: the event, or why it cannot be read. One bad body never spoils its neighbours. */
export type Decoded = { event: KnownEvent } | { fault: string };

/**
 * Turns events into stored bodies and back, a whole batch at a time and asynchronously: personal fields will be sealed under
 * the key named by `keyId`, keys are fetched for the batch at once, and a destroyed key makes the fields unreadable (R14).
 */
export interface EventCodec {
  encode(events: readonly RecordedEvent<EventBody>[]): Promise<StoredBody[]>;
  decode(bodies: readonly StoredBody[]): Promise<Decoded[]>;
}

/** The codec for data whose keys live with the database: fields stay readable, and key ids are carried for later re-keying. */
export class PlainEventCodec implements EventCodec {
  encode(events: readonly RecordedEvent<EventBody>[]): Promise<StoredBody[]> {
    return Promise.resolve(events.map(encodeEvent));
  }

  decode(bodies: readonly StoredBody[]): Promise<Decoded[]> {
    return Promise.resolve(bodies.map(decodeEvent));
  }
}
