import {
  CATALOGUE,
  audienceOf,
  canonicalMarking,
  dataFault,
  topicOf,
  type CatalogueEntry,
  type EventBody,
  type EventCodec,
  type EventDraft,
  type EventType,
  type RecordedEvent,
} from '#events';
import { newId, randomHex } from '#runtime';
import { MAX_APPEND_BYTES, MAX_APPEND_EVENTS, MAX_EVENT_BYTES, type StreamWrite } from './log.js';
import { LogRefusal } from './refusals.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const STREAM = /^[a-z][a-z-]{0,39}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Events as the log will keep them, and the arguments of `append_events` that say the same. */
export interface AppendBatch {
  events: RecordedEvent<EventBody>[];
  parameters: readonly string[];
}

/**
 * Completes the events, checks that they can be read again, and packs them. Columns travel as one text each (array literals
 * of plain words, bodies one a line), because escaping thousands of quotes costs more than the insert itself.
 */
export async function packAppend(
  writes: readonly StreamWrite[],
  codec: EventCodec,
  recorded: Date,
): Promise<AppendBatch> {
  const events = completed(writes, recorded.toISOString());
  const bodies = await codec.encode(events);
  let bytes = 0;
  bodies.forEach((body, i) => {
    const size = Buffer.byteLength(body);
    bytes += size;
    if (size > MAX_EVENT_BYTES)
      throw new LogRefusal(
        'event.too-large',
        `event ${i + 1} has ${size} bytes; at most ${MAX_EVENT_BYTES} can travel`,
      );
    if (body.includes('\n')) throw new LogRefusal('event.invalid', `the stored form of event ${i + 1} is not one line`);
  });
  if (bytes > MAX_APPEND_BYTES)
    throw new LogRefusal('append.too-large', `${bytes} bytes in one append; at most ${MAX_APPEND_BYTES} are taken`);

  const markings = new Map<string, { audience: number; value: string }>();
  const audiences = events.map(({ marking }) => {
    const form = canonicalMarking(marking);
    const entry = markings.get(form) ?? { audience: audienceOf(marking), value: JSON.stringify(marking) };
    markings.set(form, entry);
    return entry.audience;
  });
  const known = [...markings].map(([form, { audience, value }]) => ({ form, audience, value }));
  known.sort((a, b) => a.audience - b.audience);
  const heads = writes.filter((write) => write.expectedVersion > 0);
  return {
    events,
    parameters: [
      list(heads.map((write) => write.stream)),
      list(heads.map((write) => write.expectedVersion)),
      list(events.map((event) => event.id)),
      list(events.map((event) => event.stream)),
      list(events.map((event) => event.streamVersion)),
      list(events.map((event) => topicOf(event.body.type as EventType))),
      list(events.map((event) => event.body.type)),
      list(audiences),
      bodies.join('\n'),
      recorded.toISOString(),
      list(known.map((marking) => marking.audience)),
      known.map((marking) => marking.form).join('\n'),
      known.map((marking) => marking.value).join('\n'),
    ],
  };
}

/** An array literal. Only for words that were checked to hold neither quote, comma, brace nor backslash. */
function list(words: readonly (string | number)[]): string {
  return `{${words.join(',')}}`;
}

function completed(writes: readonly StreamWrite[], recordedTime: string): RecordedEvent<EventBody>[] {
  const correlation = newId();
  const trace = `00-${correlation.replaceAll('-', '')}-${randomHex(8)}-01`;
  const streams = new Set<string>();
  const events: RecordedEvent<EventBody>[] = [];
  for (const { stream, expectedVersion, source, events: drafts } of writes) {
    if (!STREAM.test(stream))
      throw new LogRefusal('stream.name', 'a stream is named by its kind and a UUID in lower case');
    if (streams.has(stream)) throw new LogRefusal('stream.name', `${stream} occurs twice in one append`);
    if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0)
      throw new LogRefusal('stream.conflict', `${stream} cannot stand at version ${expectedVersion}`);
    streams.add(stream);
    drafts.forEach((draft, i) => {
      refuseUnreadable(draft, stream);
      events.push({
        ...draft,
        source,
        stream,
        streamVersion: expectedVersion + i + 1,
        recordedTime,
        correlationId: draft.correlationId ?? correlation,
        traceparent: draft.traceparent ?? trace,
      });
    });
  }
  if (events.length === 0) throw new LogRefusal('event.invalid', 'an append without events: say `nothing` instead');
  if (events.length > MAX_APPEND_EVENTS)
    throw new LogRefusal('append.too-large', `${events.length} events in one append; at most ${MAX_APPEND_EVENTS}`);
  return events;
}

/** What cannot be decoded must never enter the log: it would be parked for ever. */
function refuseUnreadable(draft: EventDraft<EventBody>, stream: string): void {
  const { type, version, data } = draft.body;
  const fault = dataFault(type, data) ?? versionFault(type as EventType, version) ?? idFault(draft.id);
  if (fault !== undefined) throw new LogRefusal('event.invalid', `an event for ${stream} cannot be recorded: ${fault}`);
}

function versionFault(type: EventType, version: number): string | undefined {
  const entry: CatalogueEntry = CATALOGUE[type];
  return version === entry.version ? undefined : `${type} is written in version ${entry.version}, not ${version}`;
}

function idFault(id: string): string | undefined {
  return UUID.test(id) ? undefined : 'its id is not a UUID in lower case';
}
