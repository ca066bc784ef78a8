/**
 * Free ports of 127.0.0.1, outside the range from which the system takes the near ends of connections. Inside that range
 * a client that calls a server that is down may be given the server's own port, connect to itself, and keep the restarted
 * server from its port: the tests that kill servers would fail now and then.
 */
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

const FIRST = 12_000;
const LAST = 31_999;
const TRIES = 200;

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** That many different ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tried = 0; tried < TRIES && found.size < count; tried++) {
    const port = randomInt(FIRST, LAST + 1);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count)
    throw new Error(
      `No ${count} free ports between ${FIRST} and ${LAST} on 127.0.0.1: end some of the programs that listen there.`,
    );
  return [...found];
}
