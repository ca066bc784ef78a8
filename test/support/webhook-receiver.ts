/** An endpoint of a subscriber on this machine: keeps what it got, and answers as it is told. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Got {
  id: string;
  headers: Record<string, string>;
  text: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

export class Receiver {
  readonly got: Got[] = [];
  private atOnce = 0;
  most = 0;
  answer: (response: ServerResponse, nth: number, got: Got) => void = (response) => void response.writeHead(204).end();
  private readonly server: Server = createServer((request, response) => void this.take(request, response));

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  get sequences(): unknown[] {
    return this.got.map(({ body }) => body.data['sequence']);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    response.on('close', () => (this.atOnce -= 1));
    let text = '';
    for await (const part of request) text += String(part);
    const headers = request.headers as Record<string, string>;
    const got = { id: headers['webhook-id']!, headers, text, body: JSON.parse(text) as Got['body'] };
    this.got.push(got);
    this.answer(response, this.got.length, got);
  }
}
