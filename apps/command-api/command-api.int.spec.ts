import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { assertionBody, newKey } from '../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../test/support/command-app.js';
import { call, type Answer } from '../../test/support/http.js';

let app: TestCommandApp;

beforeAll(async () => {
  app = await openTestCommandApp('command-api');
}, STARTUP_MS);
afterAll(() => app.close());

interface Body {
  id: string;
  stream: string;
  version: number;
  code?: string;
}

async function post(persona: string, path: string, json: object): Promise<Answer<Body>> {
  return call<Body>(app.address, `POST ${path}`, { token: await app.tokenOf(persona), json, headers: newKey() });
}

const words = { reason: 'The projection was mended.', purpose: 'operations' };

describe('decisions about parked events', () => {
  it('are taken by administrators of the stream and by operators, and are events of a stream of their own', async () => {
    const made = await post('coastal-analyst', '/v1/assertions', assertionBody());
    const { stream } = made.body;
    const foreign = await post('border-administrator', '/v1/parked/replay', { stream, ...words });
    expect(foreign.status).toBe(404);
    expect((await post('coastal-analyst', '/v1/parked/replay', { stream, ...words })).status).toBe(403);
    const own = await post('coastal-administrator', '/v1/parked/discard', { stream, streamVersions: [1], ...words });
    expect({ status: own.status, version: own.body.version }).toEqual({ status: 201, version: 1 });
    const again = await post('coastal-administrator', '/v1/parked/discard', { stream, streamVersions: [1], ...words });
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: 'parked.discarded-already' });
    const operators = await post('operations-administrator', '/v1/parked/replay', { stream, ...words });
    expect(operators.body).toMatchObject({ stream: own.body.stream, version: 2 });
    const events = await app.store.log.readStream(own.body.stream);
    expect(events.map(({ body, source, marking }) => ({ ...body, source, tlp: marking.tlp }))).toEqual([
      {
        type: 'parked.discarded',
        version: 1,
        data: { stream, streamVersions: [1], reason: words.reason },
        source: ORGANISATIONS.coastal.organisation,
        tlp: 'AMBER+STRICT',
      },
      {
        type: 'parked.replayed',
        version: 1,
        data: { stream, reason: words.reason },
        source: ORGANISATIONS.operations.organisation,
        tlp: 'AMBER+STRICT',
      },
    ]);
  });

  it('can be taken about a stream that nobody can read any more', async () => {
    const stream = 'assertion-01890000-0000-7000-8000-0000000000aa';
    await app.owner.query(
      `INSERT INTO events (incarnation, id, stream, stream_version, topic, type, audience, recorded_time, body)
       SELECT incarnation, gen_random_uuid(), $1, 1, 'network.events', 'assertion.made', 1, now(), 'not JSON' FROM log_state`,
      [stream],
    );
    expect(
      (await post('operations-administrator', '/v1/parked/discard', { stream, streamVersions: [1], ...words })).status,
    ).toBe(201);
    expect((await post('coastal-administrator', '/v1/parked/replay', { stream, ...words })).status).toBe(404);
  });

  it('name a stream and versions that exist', async () => {
    const wrong = await post('operations-administrator', '/v1/parked/discard', {
      stream: 'x',
      streamVersions: [0],
      reason: ' ',
    });
    expect(wrong.status).toBe(400);
    const absent = { stream: 'assertion-01890000-0000-7000-8000-0000000000bb', ...words };
    expect((await post('operations-administrator', '/v1/parked/replay', absent)).status).toBe(404);
  });
});

describe('the command interface', () => {
  it('describes each of its routes, with an example for each field that a caller must fill', async () => {
    const { body } = await call<{
      paths: Record<string, unknown>;
      components: { schemas: Record<string, { required?: string[]; properties: Record<string, object> }> };
    }>(app.address, 'GET /v1/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/v1/assertions',
        '/v1/assertions/{id}/withdraw',
        '/v1/assertions/bulk',
        '/v1/assertions/bulk/{call}/report',
        '/v1/parked/replay',
        '/v1/parked/discard',
        '/v1/organisations',
      ]),
    );
    const without = [
      'EntityRequest',
      'GradingRequest',
      'MarkingRequest',
      'StatementKindRequest',
      'TimeRequest',
      'ReplayParkedRequest',
    ].flatMap((name) => {
      const schema = body.components.schemas[name];
      return (schema?.required ?? [`${name} is not described`]).filter(
        (field) => !('example' in (schema?.properties[field] ?? {})),
      );
    });
    expect(without).toEqual([]);
  });

  it('says of each of its routes which roles may call it, also where its class says so', async () => {
    const { body } = await call<{ paths: Record<string, Record<string, { 'x-roles'?: string[] }>> }>(
      app.address,
      'GET /v1/openapi.json',
    );
    const closed = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) => (operation['x-roles'] ?? []).length === 0)
        .map(([method]) => `${method} ${path}`),
    );
    expect(closed).toEqual([]);
    expect(body.paths['/v1/parked/replay']?.post?.['x-roles']).toEqual(['administrator']);
    expect(body.paths['/v1/log/tail']?.get?.['x-roles']).toEqual(['auditor', 'administrator']);
  });

  it('is ready while its database answers', async () => {
    expect((await call(app.address, 'GET /health/ready')).body).toMatchObject({
      status: 'ready',
      checks: { postgresql: 'ok' },
    });
  });
});
