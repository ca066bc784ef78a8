/** A TCP proxy that falls silent: connections stay open and swallow what is sent, as a frozen server or a lost route does. */
import net, { type AddressInfo } from 'node:net';

export interface SilentProxy {
  port: number;
  /** From now on nothing goes through, in neither direction. */
  fallSilent(): void;
  /** Lets everything through again, with what had been held back. */
  speak(): void;
  close(): Promise<void>;
}

/** Opens it on a free port of 127.0.0.1. */
export async function openSilentProxy(to: { host: string; port: number }): Promise<SilentProxy> {
  const sockets = new Set<net.Socket>();
  let silent = false;
  const server = net.createServer((client) => {
    const both = [client, net.connect(to.port, to.host)] as const;
    for (const [at, socket] of both.entries()) {
      sockets.add(socket);
      socket.on('data', (bytes: Buffer) => both[1 - at]?.write(bytes));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => both.forEach((each) => each.destroy()));
      socket.on('close', () => sockets.delete(socket));
      if (silent) socket.pause(); // a listener for data sets it going
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    fallSilent: () => {
      silent = true;
      for (const socket of sockets) socket.pause();
    },
    speak: () => {
      silent = false;
      for (const socket of sockets) socket.resume();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
