import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { TopicName } from './topic-name.js';
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

const CONTENT_TYPE = 'application/cloudevents+json';

/** The record as Kafka carries it: CloudEvents in structured mode, and in the headers what routing needs. */
export function messageOf(record: OutgoingRecord): Message {
  return {
    key: record.stream,
    value: record.body,
    partition: record.partition,
    headers: {
      position: `${record.position}`,
      previous: `${record.previous}`,
      incarnation: `${record.incarnation}`,
      ce_id: record.id,
      ce_type: record.type,
      'content-type': CONTENT_TYPE,
    },
  };
}

/** Reads a record's place. Total: what somebody else sent gives a fault and never an exception. */
export function recordOf(name: TopicName, partition: number, message: KafkaMessage): TransportRecord | ForeignRecord {
  const { topic, generation } = name;
  const { headers = {}, key, value } = message;
  const offset = Number(message.offset);
  const position = integerOf(headers, 'position');
  const previous = integerOf(headers, 'previous');
  const incarnation = integerOf(headers, 'incarnation');
  const fault = faultOf({ position, previous, incarnation }, key, value);
  if (fault !== undefined) return { topic, generation, partition, offset, fault };
  // Field by field: this runs for every record, and spreading costs more than reading the headers.
  return {
    topic,
    generation,
    partition,
    offset,
    position,
    previous,
    incarnation,
    id: textOf(headers, 'ce_id'),
    type: textOf(headers, 'ce_type'),
    stream: (key as Buffer).toString(),
    body: (value as Buffer).toString(),
  };
}

function faultOf(numbers: Record<string, number>, key: Buffer | null, value: Buffer | null): string | undefined {
  for (const name in numbers)
    if (Number.isNaN(numbers[name])) return `its header "${name}" is missing or no whole number`;
  if (key === null) return 'it has no key';
  if (value === null) return 'it has no value';
  return undefined;
}

function textOf(headers: IHeaders, name: string): string {
  const value = headers[name];
  return value === undefined || Array.isArray(value) ? '' : value.toString();
}

/** A whole number from 0, or NaN. */
function integerOf(headers: IHeaders, name: string): number {
  const text = textOf(headers, name);
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}
