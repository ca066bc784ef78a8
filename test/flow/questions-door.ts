import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be shut: what an app sees then is a server that is not there. */
export interface Door {
  /** The address given, through the door. */
  url: string;
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

export async function doorTo(address: string): Promise<Door> {
  const target = new URL(address);
  const through = new Set<Socket>();
  let isShut = false;
  const server = createServer((near) => {
    if (isShut) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      through.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        through.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    for (const socket of through) socket.destroy();
  };
  return {
    url: url.href,
    shut: () => {
      isShut = true;
      cut();
    },
    open: () => {
      isShut = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
