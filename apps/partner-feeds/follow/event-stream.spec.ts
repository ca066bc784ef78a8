import fc from 'fast-check';
import { serverSentEvents, type ServerSentEvent } from './event-stream.js';

async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let bytes = Buffer.from(text);
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(0, size));
    bytes = bytes.subarray(size);
  }
  yield bytes;
}

async function read(text: string, sizes: readonly number[] = []): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const one of serverSentEvents(inPieces(text, sizes))) events.push(one);
  return events;
}

describe('a stream of server-sent events', () => {
  const text =
    'retry: 10\r\n\r\n:\n\nid: 1\nevent: notice\ndata: {"a":"é"}\n\ndata:x\rdata\rdata: y\r\rid\nevent: lost\n\nid: 2\ndata: unfinished';
  const events = [
    { event: 'notice', data: '{"a":"é"}', lastEventId: '1' },
    { event: 'message', data: 'x\n\ny', lastEventId: '1' },
  ];

  it('is read by the rules of the standard: comments, all ends of lines, ids that stay, unfinished ends', async () => {
    expect(await read(text)).toEqual(events);
  });

  it('is the same however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), async (sizes) => {
        expect(await read(text, sizes)).toEqual(events);
      }),
    );
  });
});
