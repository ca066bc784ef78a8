/** One event of a stream of server-sent events. */
export interface ServerSentEvent {
  event: string;
  data: string;
  /** The id that stands after it: what is sent back as Last-Event-ID. */
  lastEventId: string;
}

/**
 * Reads server-sent events from the pieces in which they arrive, as WHATWG HTML 9.2.6 says: lines end in LF, CR or CRLF, comments
 * and unknown fields are passed over, an event without data is none, and an unfinished last one is dropped.
 */
export async function* serverSentEvents(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let data: string[] = [];
  let event = '';
  let lastEventId = '';
  for await (const line of linesOf(pieces)) {
    if (line === '') {
      if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n'), lastEventId };
      data = [];
      event = '';
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) lastEventId = value;
  }
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    // A CR at the very end may be the first half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
