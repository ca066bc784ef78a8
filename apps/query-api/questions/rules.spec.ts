import { once } from 'node:events';
import { createServer, get, type ClientRequest, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { goneFrom } from './rules.js';

let server: Server;
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A request that has arrived and is not answered yet, from both ends. */
async function arrived(): Promise<{ caller: ClientRequest; response: ServerResponse }> {
  const caller = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  // Breaking off is what it is here for.
  caller.on('error', () => undefined);
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { caller, response };
}

describe('a caller who goes', () => {
  it('before anybody listened is noticed all the same', async () => {
    const { caller, response } = await arrived();
    const closed = once(response, 'close');
    caller.destroy();
    await closed;
    expect(goneFrom(response).aborted).toBe(true);
  });

  it('while the answer is made is noticed', async () => {
    const { caller, response } = await arrived();
    const gone = goneFrom(response);
    const noticed = once(gone, 'abort');
    expect(gone.aborted).toBe(false);
    caller.destroy();
    await noticed;
  });

  it('with the whole answer has not gone before it', async () => {
    const { response } = await arrived();
    const gone = goneFrom(response);
    const closed = once(response, 'close');
    response.end();
    await closed;
    expect(gone.aborted).toBe(false);
  });
});
