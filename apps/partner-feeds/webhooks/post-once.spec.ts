import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { postOnce } from './post-once.js';
import type { Outcome } from './next-step.js';

const MEBIBYTE = 1024 * 1024;
const NEVER = new AbortController().signal;

/** An endpoint that does what a text of HTTP does not allow, or allows and nobody should do. */
describe('one POST to an endpoint', () => {
  let server: Server;
  let behave: (socket: Socket, sent: string) => void;
  let gone: Promise<void>;

  beforeAll(async () => {
    server = createServer((socket) => {
      gone = new Promise((resolve) => socket.once('close', () => resolve()));
      socket.on('error', () => undefined);
      socket.once('data', (data: Buffer) => behave(socket, data.toString()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => server.close());

  function post(timeoutMs = 10_000, stop = NEVER): Promise<Outcome> {
    const { port } = server.address() as AddressInfo;
    return postOnce(
      { url: `http://127.0.0.1:${port}/hook?feed=1`, headers: { 'webhook-id': 'one' }, body: '{"ä":1}' },
      { targets: { ports: [443], localTargets: ['127.0.0.1'] }, resolve: () => Promise.resolve([]), timeoutMs },
      stop,
    );
  }

  test('says what it was told to say, and takes the status for an answer', async () => {
    let said = '';
    behave = (socket, sent) => {
      said = sent;
      socket.end('HTTP/1.1 204 No Content\r\nRetry-After: 7\r\n\r\n');
    };
    expect(await post()).toEqual({ kind: 'answered', status: 204, retryAfterMs: 7_000 });
    expect(said).toMatch(/^POST \/hook\?feed=1 HTTP\/1\.1\r\n/);
    expect(said).toMatch(/\r\nwebhook-id: one\r\n(.*\r\n)*content-length: 8\r\n(.*\r\n)*\r\n\{"ä":1\}$/);
  });

  test('gives up on an endpoint that never answers, and lets go of it', async () => {
    behave = () => undefined;
    expect(await post(100)).toEqual({ kind: 'failed', fault: 'timeout' });
    await gone;
  });

  test('reads little of an answer that never ends', async () => {
    let written = 0;
    behave = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n');
      const part = Buffer.alloc(MEBIBYTE);
      const more = (): void => {
        while (!socket.destroyed && socket.write(part)) written += part.length;
      };
      socket.on('drain', () => ((written += part.length), more()));
      more();
    };
    expect(await post()).toEqual({ kind: 'answered', status: 200 });
    await gone;
    expect(written).toBeLessThan(64 * MEBIBYTE);
  });

  test('does not wait for the end of an answer that trickles', async () => {
    behave = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 50);
      socket.once('close', () => clearInterval(timer));
    };
    expect(await post()).toEqual({ kind: 'answered', status: 200 });
    await gone;
  });

  test.each([
    ['closes before it answers', '', 'broken-off'],
    ['closes half-way through its head', 'HTTP/1.1 200 OK\r\nContent-', 'broken-off'],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.2\r\n', 'not-http'],
    ['has a head without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 'not-http'],
    ['says only that it will answer', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(10), 'broken-off'],
    ['wants to speak something else', 'HTTP/1.1 101 OK\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n', 'not-http'],
  ])('fails where the endpoint %s', async (_what, answer, fault) => {
    behave = (socket) => socket.end(answer);
    expect(await post()).toEqual({ kind: 'failed', fault });
    await gone;
  });

  test('has been taken where the endpoint says so and closes half-way through the rest', async () => {
    behave = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe beg');
    expect(await post()).toEqual({ kind: 'answered', status: 200 });
  });

  test('is broken off when the process shall end, and nobody is told that it failed', async () => {
    const stop = new AbortController();
    behave = () => stop.abort(new Error('ending'));
    await expect(post(10_000, stop.signal)).rejects.toThrow('ending');
    await gone;
  });

  test('fails where nobody listens', async () => {
    const closed = createServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await wait(0);
    const terms = { targets: { ports: [443], localTargets: ['127.0.0.1'] }, resolve: () => Promise.resolve([]) };
    const outcome = await postOnce({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '{}' }, terms, NEVER);
    expect(outcome).toEqual({ kind: 'failed', fault: 'unreachable' });
  });
});
