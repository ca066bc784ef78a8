/** Many readers of event streams in one process: as little as SSE asks for, because they share two cores with what is measured. */
import { connect, type Socket } from 'node:net';

export interface Arrived {
  /** Id of the event that it carries. */
  event: string;
  at: number;
}

const EVENT_ID = /"id":"([0-9a-f-]{36})"/;

/** One open stream. Whatever arrives is told with the moment of its arrival; heartbeats and snapshots are told to nobody. */
export class StreamReader {
  private rest = '';
  /** Whether the head of the answer has come; what it was, where it was no stream. */
  readonly opened: Promise<void>;

  private constructor(
    private readonly socket: Socket,
    private readonly told: (arrived: Arrived) => void,
  ) {
    this.opened = new Promise((resolve, reject) => {
      socket.once('data', (chunk: Buffer) => {
        const head = chunk.toString('latin1').slice(0, 400);
        if (head.startsWith('HTTP/1.1 200')) resolve();
        else reject(new Error(`A stream was answered with ${head}`));
      });
      socket.once('error', reject);
    });
    socket.on('data', (chunk: Buffer) => this.take(chunk.toString('utf8')));
  }

  static async open(
    port: number,
    path: string,
    token: string,
    told: (arrived: Arrived) => void = () => undefined,
  ): Promise<StreamReader> {
    const socket = connect({ host: '127.0.0.1', port });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const reader = new StreamReader(socket, told);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${token}\r\nBreakwater-Purpose: operation-tern\r\n\r\n`,
    );
    await reader.opened;
    return reader;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    const at = performance.now();
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data:')) continue;
      const event = EVENT_ID.exec(line)?.[1];
      if (event !== undefined) this.told({ event, at });
    }
  }
}
