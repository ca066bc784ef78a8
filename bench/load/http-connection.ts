/**
 * One keep-alive connection to 127.0.0.1, one request at a time: as little as HTTP allows, because the load shares two cores
 * with what it measures. Understands answers with a Content-Length and chunked ones, and nothing else.
 */
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  status: number;
  body: string;
}

export interface HttpRequest {
  method: 'POST' | 'GET';
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Head and body as they go over the wire. */
export function wireRequest({ method, path, headers, body }: HttpRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const HEAD_END = '\r\n\r\n';

export class HttpConnection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
      this.tryToAnswer();
    });
    const fail = (error: Error): void => {
      this.waiting?.reject(error);
      this.waiting = undefined;
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The server closed the connection.')));
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect({ host: '127.0.0.1', port });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new HttpConnection(socket);
  }

  /** Sends one request, head and body in one write. The caller waits for the answer before the next. */
  async send(request: string): Promise<HttpAnswer> {
    if (this.closed) throw new Error('The connection is closed.');
    return await new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  /** The server ends a connection that nobody used for a while; a request over it would wait for ever. */
  get closed(): boolean {
    return this.socket.destroyed;
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  private tryToAnswer(): void {
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const bodyStart = headEnd + HEAD_END.length;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const body =
      length === undefined
        ? chunkedBody(this.received, bodyStart)
        : plainBody(this.received, bodyStart, Number(length));
    if (body === undefined) return;
    this.received = this.received.subarray(body.end);
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body: body.text });
  }
}

function plainBody(received: Buffer, start: number, length: number): { text: string; end: number } | undefined {
  const end = start + length;
  return received.length < end ? undefined : { text: received.toString('utf8', start, end), end };
}

function chunkedBody(received: Buffer, start: number): { text: string; end: number } | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ;) {
    const sizeEnd = received.indexOf('\r\n', at);
    if (sizeEnd < 0) return undefined;
    const size = Number.parseInt(received.toString('latin1', at, sizeEnd), 16);
    const end = sizeEnd + 2 + size + 2;
    if (received.length < end) return undefined;
    if (size === 0) return { text: Buffer.concat(chunks).toString(), end };
    chunks.push(received.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    at = end;
  }
}
