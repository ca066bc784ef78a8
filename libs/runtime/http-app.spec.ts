import { createConnection } from 'node:net';
import { call, type Answer } from '../../test/support/http.js';
import { NotesController, NotesModule } from '../../test/support/notes-app.js';
import { startHttpApp, type HttpApp } from './http-app.js';
import { createLogger } from './logging.js';
import type { ProblemDocument } from './problem-document.js';
import { readSettings } from './settings.js';

const lines: string[] = [];
let databaseAnswers = true;

async function start(): Promise<HttpApp> {
  const settings = readSettings({}, { BREAKWATER_ENV: 'local' });
  return await startHttpApp(NotesModule, settings.process, {
    name: 'notes',
    description: 'Takes notes.',
    bodyLimit: 10_000,
    ownsProcess: false,
    log: createLogger('notes', 'info', { write: (line) => void lines.push(line) }),
    ready: () => [
      {
        name: 'database',
        check: () => (databaseAnswers ? Promise.resolve() : Promise.reject(new Error('no route to +447700900123'))),
      },
    ],
  });
}

describe('an app at its edge', () => {
  let running: HttpApp;
  let send: (route: string, options?: Parameters<typeof call>[2]) => Promise<Answer<ProblemDocument>>;

  beforeAll(async () => {
    running = await start();
    send = (route, options) => call<ProblemDocument>(running.address, route, options);
  });
  afterAll(() => running.close());

  const note = { text: 'a', parts: [{ count: 1 }] };

  it('gives a route its request class, checked, with nested classes', async () => {
    const answer = await send('POST /v1/notes', { json: note });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ isNote: true, isPart: true });
  });

  it('names each fault of a body with a pointer and a code, unknown fields too', async () => {
    const answer = await send('POST /v1/notes', {
      json: { text: 5, parts: [{ count: 1 }, { count: 'x', 'a/b~c': 1 }], actor: 'somebody else' },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: 'urn:breakwater:problem:input.invalid',
      code: 'input.invalid',
      retriable: false,
    });
    expect(answer.body.faults?.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/actor field.unknown',
      '/parts/1/a~1b~0c field.unknown',
      '/parts/1/count field.is-int',
      '/text field.is-string',
      '/text field.max-length',
    ]);
  });

  it.each([
    ['an array', '[]', 'body.not-an-object'],
    ['a text', '"abc"', 'body.not-an-object'],
    ['null', 'null', 'body.not-an-object'],
    ['half a document', '{"text":', 'body.not-json'],
  ])('answers %s as a body with a clear fault', async (_name, bytes, code) => {
    const answer = await send('POST /v1/notes', { bytes, headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(400);
    expect(answer.body.faults).toEqual([{ pointer: '', code, detail: expect.any(String) }]);
  });

  it.each([
    [404, 'route.unknown', 'GET /v1/nothing', {}],
    [404, 'route.unknown', 'GET /v1/Notes/5', {}],
    [404, 'route.unknown', 'GET /v1/notes/5/', {}],
    [405, 'method.not-allowed', 'DELETE /v1/notes/5', {}],
    [405, 'method.not-allowed', 'HEAD /v1/notes/5', {}],
    [
      413,
      'body.too-large',
      'POST /v1/notes',
      { bytes: 'x'.repeat(10_001), headers: { 'content-type': 'application/json' } },
    ],
    [
      415,
      'content-type.unsupported',
      'POST /v1/notes',
      { bytes: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    [
      400,
      'body.not-utf8',
      'POST /v1/notes',
      { bytes: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } },
    ],
    [400, 'request.malformed', 'GET /v1/notes/%ff', {}],
    [400, 'input.invalid', 'GET /v1/notes/5?limit=abc', {}],
    [400, 'input.invalid', 'GET /v1/notes/5?admin=1', {}],
  ])('answers %d %s to %s', async (status, code, route, options) => {
    const answer = await send(route, options);
    expect(answer.status).toBe(status);
    if (route.startsWith('HEAD')) return;
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, type: `urn:breakwater:problem:${code}` });
    expect(answer.body.requestId).toBe(answer.headers['request-id']);
  });

  it('names the methods that a route takes', async () => {
    expect((await send('DELETE /v1/notes/5')).headers['allow']).toBe('GET');
  });

  it('answers a request that is no HTTP with a problem document too', async () => {
    const { port } = new URL(running.address);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection({ port: Number(port), host: '127.0.0.1' }, () =>
        socket.write('NONSENSE\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (part) => (text += part.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('application/problem+json');
  });

  it.each([
    ['InvalidInput', 400],
    ['Unauthenticated', 401],
    ['Forbidden', 403],
    ['RuleRefused', 409],
    ['StreamConflict', 409],
    ['InProgress', 409],
    ['TooLarge', 413],
    ['Unprocessable', 422],
    ['RateLimited', 429],
    ['Unavailable', 503],
  ])('answers %s with %d and the code of the error', async (kind, status) => {
    const answer = await send(`GET /v1/fails/${kind}`);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code: 'some.code', detail: 'what is wrong and what to do' });
    if (status === 401) expect(answer.headers['www-authenticate']).toContain('Bearer');
    if (status === 503) expect(answer.headers['retry-after']).toBe('1');
  });

  it('answers what may not be seen exactly like what does not exist', async () => {
    const hidden = await send('GET /v1/fails/NotReleasable');
    const absent = await send('GET /v1/fails/NotFound');
    expect(hidden.status).toBe(404);
    expect({ ...hidden.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' });
    expect(Object.keys(hidden.headers).sort()).toEqual(Object.keys(absent.headers).sort());
    expect(hidden.text).not.toContain('some.code');
  });

  it('answers a bug with an opaque 500 and the id under which the log explains it', async () => {
    lines.length = 0;
    const answer = await send('GET /v1/fails/bug');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret internals');
    expect(lines.map((line) => JSON.parse(line) as { requestId?: string; err?: { message: string } })).toContainEqual(
      expect.objectContaining({
        requestId: answer.body.requestId,
        err: expect.objectContaining({ message: 'secret internals' }),
      }),
    );
  });

  it('lets no foreign error choose the answer, and keeps what drivers hang on it out of the log', async () => {
    lines.length = 0;
    const answer = await send('GET /v1/fails/driver');
    expect(answer.status).toBe(500);
    expect(lines.join() + answer.text).not.toContain('7700900123');
  });

  it('continues the trace of the caller and begins one for a caller without', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await send('POST /v1/notes', { json: note, headers: { traceparent } });
    expect(answer.body).toMatchObject({
      trace: {
        correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
        traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/),
        requestId: answer.headers['request-id'],
      },
    });
    const begun = await send('POST /v1/notes', { json: note, headers: { traceparent: 'nonsense' } });
    expect(begun.body).toMatchObject({
      trace: { traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/) },
    });
  });

  it('says that it lives, whether it is ready, and tells nobody why not', async () => {
    expect((await send('GET /health/live')).body).toEqual({ status: 'live' });
    expect((await send('GET /health/ready')).body).toEqual({ status: 'ready', checks: { database: 'ok' } });
    databaseAnswers = false;
    const answer = await send('GET /health/ready');
    databaseAnswers = true;
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({ status: 'not-ready', checks: { database: 'failed' } });
  });

  it('gives figures by route pattern, never by address', async () => {
    await send('GET /v1/notes/447700900123');
    await send('GET /v1/447700900123');
    const { text } = await send('GET /metrics');
    expect(text).toContain('route="/v1/notes/:id"');
    expect(text).toContain('route="unknown"');
    expect(text).not.toContain('447700900123');
  });

  it('describes itself as OpenAPI 3.1', async () => {
    const answer = await send('GET /v1/openapi.json');
    expect(answer.body).toMatchObject({ openapi: '3.1.0', paths: { '/v1/notes': { post: expect.any(Object) } } });
  });
});

describe('the figures of an app outside the local stack', () => {
  it('are served only to whoever has the token for them', async () => {
    const token = 'a-token-of-24-characters-';
    const settings = readSettings({}, { BREAKWATER_METRICS_TOKEN: token });
    const app = await startHttpApp(NotesModule, settings.process, {
      name: 'notes',
      ready: () => [],
      ownsProcess: false,
      log: createLogger('notes', 'silent'),
    });
    try {
      expect((await call(app.address, 'GET /metrics')).status).toBe(404);
      expect((await call(app.address, 'GET /metrics', { token: `${token}x` })).status).toBe(404);
      expect((await call(app.address, 'GET /metrics', { token })).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});

describe('an app that is told to stop', () => {
  it('finishes what is under way before it closes, and takes nothing new', async () => {
    const running = await start();
    const slow = call(running.address, 'GET /v1/slow');
    await call(running.address, 'GET /health/live');
    const closed = running.close();
    let isClosed = false;
    void closed.then(() => (isClosed = true));
    await expect(call(running.address, 'GET /health/live')).rejects.toThrow();
    expect(isClosed).toBe(false);
    running.app.get(NotesController).finish();
    expect((await slow).text).toBe('done');
    await closed;
  });
});
