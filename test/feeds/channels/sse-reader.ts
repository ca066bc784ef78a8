import { request, type IncomingMessage } from 'node:http';
import { serverSentEvents } from '../../../apps/partner-feeds/follow/event-stream.js';
import { Inbox, type Arrival } from './inbox.js';
import { PullReader } from './pull-reader.js';
import type { Door, Reader, Reading, Trouble } from './reader.js';

/** A stream that goes on for so long without what was to come has lost it. */
const PATIENCE_MS = 15_000;

/** A stream, resumed behind the last delivery that came; it begins with the first page, or with a snapshot. */
export class SseReader implements Reader {
  readonly channels = ['pull', 'sse'];
  readonly inbox = new Inbox();
  private readonly pages: PullReader;

  constructor(
    private readonly door: Door,
    private readonly begins: 'page' | 'snapshot',
  ) {
    this.pages = new PullReader(door, this.inbox);
  }

  async read({ head, limit, trouble }: Reading): Promise<void> {
    const { inbox, pages } = this;
    if (inbox.cursor === undefined && this.begins === 'page') pages.take(await pages.page(1));
    if (this.isThere(head)) return;
    let end = await this.stream(head, trouble);
    if (end === 'cut' && trouble?.then === 'leaves') return;
    if (end === 'cut') end = await this.stream(head);
    // Of a subscription that is over there are pages alone.
    if (end === 'closed') await pages.read({ head, limit });
  }

  private isThere(head: number): boolean {
    return this.inbox.cursor !== undefined && this.inbox.sequence >= head;
  }

  private async stream(head: number, trouble?: Trouble): Promise<'head' | 'cut' | 'closed'> {
    const { cursor } = this.inbox;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await opened(this.door, cursor, signal);
    const snapshot: Arrival[] = [];
    let frames = 0;
    try {
      for await (const { event, data } of serverSentEvents(response)) {
        if (event === 'closing') return 'closed';
        if (frames === trouble?.after) return 'cut';
        frames += 1;
        const body = JSON.parse(data) as Arrival;
        if (event === 'snapshot-complete') this.inbox.begin(snapshot, body as Arrival & { digest: string });
        else if (this.inbox.cursor === undefined) snapshot.push(body);
        else this.inbox.take(body);
        if (this.isThere(head)) return 'head';
      }
      return 'closed';
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Error(`the stream came to ${this.inbox.sequence} of ${head} and no further`, { cause: error });
    } finally {
      response.destroy();
    }
  }
}

export function opened(
  { address, token, subscription }: Door,
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}/v1/feeds/${subscription}/stream`, {
      headers: { authorization: `Bearer ${token}`, ...(cursor !== undefined && { 'last-event-id': cursor }) },
      agent: false,
      ...(signal !== undefined && { signal }),
    });
    sent.on('response', (response) => {
      if (response.statusCode === 200) resolve(response);
      else reject(new Error(`the stream was answered with ${response.statusCode}`));
    });
    sent.on('error', reject);
    sent.end();
  });
}
