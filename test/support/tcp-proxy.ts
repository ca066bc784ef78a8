/**
 * A TCP proxy that misbehaves on demand: cuts connections, delays bytes, and, for protocols whose messages begin with their
 * length (Kafka's do), looks at whole messages and swallows some.
 */
import net, { type AddressInfo } from 'node:net';

export interface TcpProxyOptions {
  host: string;
  port: number;
  /** Given each whole message of the client, before it goes on to the server. */
  onRequest?: (message: Buffer) => void;
  /**
   * Given each whole message of the server. What it returns is passed on to the client; `cut` swallows the message and
   * cuts the connection, which to the client is a reply that was lost.
   */
  onReply?: (message: Buffer) => Buffer | 'cut';
}

export interface TcpProxy {
  port: number;
  /** Connections that were opened so far. */
  readonly connections: number;
  /** Milliseconds that every message waits on its way, from now on. */
  delay(ms: number): void;
  /** Refuses new connections and cuts those that are open, until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens it on a free port of 127.0.0.1. */
export async function openTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const sockets = new Set<net.Socket>();
  let down = false;
  let delayMs = 0;
  let connections = 0;

  const server = net.createServer((client) => {
    if (down) return void client.destroy();
    connections += 1;
    const upstream = net.connect(options.port, options.host);
    const both = [client, upstream];
    const end = (): void => both.forEach((socket) => socket.destroy());
    for (const socket of both) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const pass = (to: net.Socket, message: Buffer): void => {
      if (delayMs === 0) to.write(message);
      else setTimeout(() => to.write(message), delayMs); // equal delays keep the order
    };
    eachMessage(client, (message) => {
      options.onRequest?.(message);
      pass(upstream, message);
    });
    eachMessage(upstream, (message) => {
      const answer = options.onReply?.(message) ?? message;
      if (answer === 'cut') end();
      else pass(client, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const cutAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    delay: (ms) => void (delayMs = ms),
    cut: () => {
      down = true;
      cutAll();
    },
    mend: () => void (down = false),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutAll();
      }),
  };
}

/** Hands out whole messages: four bytes of length, then as many bytes. */
function eachMessage(socket: net.Socket, take: (message: Buffer) => void): void {
  let waiting: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length >= 4) {
      const length = 4 + waiting.readInt32BE(0);
      if (waiting.length < length) return;
      take(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  });
}
