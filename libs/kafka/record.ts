import type { Topic } from '#events';

/** What a record tells of its place. No personal data: the stream is `kind-uuid`, the rest are numbers and type names. */
export interface RecordPlace {
  /** Position of the event in the log. */
  position: number;
  /** Position of the record that the relay sent before it to the same partition of the topic. */
  previous: number;
  /** History of the log that it was sent from. */
  incarnation: number;
  /** Id of the event. */
  id: string;
  type: string;
}

/** A record to send: key = stream, value = the stored bytes. */
export interface OutgoingRecord extends RecordPlace {
  stream: string;
  partition: number;
  body: string;
}

/** A record as it arrived. */
export interface TransportRecord extends RecordPlace {
  topic: Topic;
  generation: number;
  partition: number;
  offset: number;
  stream: string;
  /** The stored bytes, undecoded: the reader decides what becomes of one that cannot be read. */
  body: string;
}

/** A record without the headers that the relay writes: somebody else sent it. The reader raises an alarm and drops it. */
export interface ForeignRecord {
  topic: Topic;
  generation: number;
  partition: number;
  offset: number;
  fault: string;
}
