import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { assertionBody, newKey, type AssertionBody } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer, type CallOptions } from '../../../test/support/http.js';

interface Body {
  id: string;
  stream: string;
  version: number;
  duplicate?: boolean;
  code?: string;
  faults?: { pointer: string; code: string }[];
  entities?: { kind: string; id: string }[];
}

let app: TestCommandApp;
let tokens: Record<string, string>;

beforeAll(async () => {
  app = await openTestCommandApp('assertions');
  const names = ['coastal-analyst', 'coastal-saltmarsh', 'border-analyst', 'partner-analyst', 'coastal-auditor'];
  tokens = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await app.tokenOf(name)])));
}, STARTUP_MS);
afterAll(() => app.close());

function send(persona: string, route: string, options: CallOptions): Promise<Answer<Body>> {
  return call<Body>(app.address, route, { token: tokens[persona] ?? '', ...options });
}

function assert(json: AssertionBody, headers = newKey(), persona = 'coastal-analyst'): Promise<Answer<Body>> {
  return send(persona, 'POST /v1/assertions', { json, headers });
}

function withdraw(id: string, persona = 'coastal-analyst', headers = newKey()): Promise<Answer<Body>> {
  return send(persona, `POST /v1/assertions/${id}/withdraw`, {
    json: { reason: 'The number belongs to a relative.', purpose: 'operation-tern' },
    headers,
  });
}

async function rows<Row>(sql: string, ...params: unknown[]): Promise<Row[]> {
  return (await app.owner.query(sql, params)).rows as Row[];
}

describe('an assertion over HTTP', () => {
  it('is recorded with canonical keys, what was written, its marking and who said it', async () => {
    const answer = await assert(assertionBody({ reference: 'case-17/1' }));
    expect(answer.status).toBe(201);
    const { id, stream, version, entities } = answer.body;
    expect({ stream, version }).toEqual({ stream: `assertion-${id}`, version: 1 });
    expect(entities).toEqual([
      { kind: 'account', id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
      { kind: 'phone-number', id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
    ]);
    const [event] = await app.store.log.readStream(stream);
    expect(event).toMatchObject({
      id,
      source: ORGANISATIONS.coastal.organisation,
      actor: { organisation: ORGANISATIONS.coastal.organisation, user: 'coastal-analyst', role: 'analyst' },
      time: { at: '2026-03-09', precision: 'day' },
      marking: { tlp: 'AMBER', originator: ORGANISATIONS.coastal.organisation, releasableTo: [], compartment: null },
      keyId: entities?.[0]?.id,
      correlationId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      body: {
        data: {
          subject: { kind: 'account', key: 'telegram:100012345', raw: '100012345' },
          statements: [
            {
              relation: 'USES_NUMBER',
              object: { kind: 'phone-number', key: 'possible:+447700900123', raw: '+44 7700 900123' },
              from: '2026-03',
            },
          ],
          reference: 'case-17/1',
        },
      },
    });
    expect(await rows('SELECT act, subject, purpose, ids FROM audit WHERE ids[1] = $1', id)).toEqual([
      { act: 'collection', subject: 'coastal-analyst', purpose: 'operation-tern', ids: [id] },
    ]);
  });

  it('under a known reference is the assertion that is there, or is refused when it says something else', async () => {
    const first = await assert(assertionBody({ reference: 'case-17/2' }));
    const again = await assert(assertionBody({ reference: 'case-17/2' }));
    expect({ status: again.status, ...again.body }).toMatchObject({ status: 200, id: first.body.id, duplicate: true });
    const other = await assert(assertionBody({ reference: 'case-17/2', purpose: 'operation-other' }));
    expect({ status: other.status, code: other.body.code }).toEqual({ status: 409, code: 'reference.other-content' });
    const elsewhere = await assert(assertionBody({ reference: 'case-17/2' }), newKey(), 'border-analyst');
    expect(elsewhere.status).toBe(201);
  });

  it('is made once when the same reference arrives many times at once under different keys', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => assert(assertionBody({ reference: 'race' }))));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
  });

  it('rests only on events that the caller may see, and carries their restrictions', async () => {
    const hidden = await assert(
      assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER+STRICT' } }),
      newKey(),
      'border-analyst',
    );
    const seen = await assert(
      assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'GREEN', handling: ['ORCON'] } }),
      newKey(),
      'border-analyst',
    );
    const absent = '01890000-0000-7000-8000-00000000ffff';
    const unknown = await assert(assertionBody({ basis: [hidden.body.id, absent] }));
    expect(unknown.body.faults).toEqual([
      { pointer: '/basis/0', code: 'basis.unknown', detail: 'is no event that you may see' },
      { pointer: '/basis/1', code: 'basis.unknown', detail: 'is no event that you may see' },
    ]);
    const wider = await assert(assertionBody({ basis: [seen.body.id] }));
    expect(wider.body.code).toBe('marking.wider-than-basis');
    const marking = { gsc: 'OFFICIAL', tlp: 'GREEN', handling: ['ORCON'] };
    expect((await assert(assertionBody({ basis: [seen.body.id], marking }))).status).toBe(201);
  });

  it('is not for those who only read', async () => {
    const answer = await assert(assertionBody(), newKey(), 'coastal-auditor');
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 403, code: 'role.missing' });
  });
});

describe('a withdrawal', () => {
  it('ends an assertion once, and only for the organisation that made it', async () => {
    const made = await assert(assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'GREEN' } }));
    const foreign = await withdraw(made.body.id, 'border-analyst');
    expect({ status: foreign.status, code: foreign.body.code }).toEqual({ status: 403, code: 'assertion.not-yours' });
    const done = await withdraw(made.body.id);
    expect({ status: done.status, ...done.body }).toEqual({
      status: 200,
      id: made.body.id,
      stream: made.body.stream,
      version: 2,
    });
    const again = await withdraw(made.body.id);
    expect({ status: again.status, code: again.body.code }).toEqual({
      status: 409,
      code: 'assertion.withdrawn-already',
    });
    const [first, second] = await app.store.log.readStream(made.body.stream);
    expect(second).toMatchObject({
      body: { type: 'assertion.withdrawn', data: { statements: [{ index: 0, relation: 'USES_NUMBER' }] } },
      marking: first?.marking,
      basis: [made.body.id],
    });
  });

  it('of what the caller may not see answers like one of what does not exist', async () => {
    const made = await assert(assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER' } }));
    const secret = await assert(
      assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', compartment: 'saltmarsh' } }),
      newKey(),
      'coastal-saltmarsh',
    );
    const answers = await Promise.all([
      withdraw(made.body.id, 'border-analyst'),
      withdraw(secret.body.id, 'coastal-analyst'),
      withdraw('01890000-0000-7000-8000-00000000ffff'),
      withdraw('%00'),
      withdraw('x'),
    ]);
    const said = answers.map(({ status, body }) => ({ ...body, status, requestId: undefined }));
    for (const each of said) expect(each).toEqual(said[0]);
    expect(said[0]?.status).toBe(404);
  });

  it('by two people at once is one withdrawal', async () => {
    const made = await assert(assertionBody());
    const answers = await Promise.all([withdraw(made.body.id), withdraw(made.body.id, 'coastal-saltmarsh')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('a command under an Idempotency-Key', () => {
  it('without one is refused before anything is done', async () => {
    const answer = await assert(assertionBody(), {});
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code: 'idempotency-key.missing' });
  });

  it('gives its first answer again, also to a body written in another order', async () => {
    const headers = newKey();
    const body = assertionBody();
    const first = await assert(body, headers);
    const again = await assert(Object.fromEntries(Object.entries(body).reverse()), headers);
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const quoted = await assert(body, { 'idempotency-key': `"${headers['idempotency-key'] ?? ''}"` });
    expect(quoted.body.id).toBe(first.body.id);
  });

  it('with another body, or on another route, is refused', async () => {
    const headers = newKey();
    const made = await assert(assertionBody(), headers);
    const other = await assert(assertionBody({ purpose: 'operation-other' }), headers);
    expect({ status: other.status, code: other.body.code }).toEqual({ status: 422, code: 'idempotency.other-body' });
    expect((await withdraw(made.body.id, 'coastal-analyst', headers)).status).toBe(422);
  });

  it('gives a refusal again too, even when the same call would be taken by now', async () => {
    const headers = newKey();
    const made = await assert(assertionBody());
    await withdraw(made.body.id);
    const refused = await withdraw(made.body.id, 'coastal-analyst', headers);
    const again = await withdraw(made.body.id, 'coastal-analyst', headers);
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: refused.body.code });
    expect([refused, again].map(({ headers: sent }) => sent['idempotency-replayed'])).toEqual([undefined, 'true']);
    const audited = await rows<{ count: string }>(
      `SELECT count(*) FROM audit WHERE act = 'refusal' AND reason = 'assertion.withdrawn-already' AND correlation_id IS NOT NULL`,
    );
    expect(Number(audited[0]?.count)).toBeGreaterThan(0);
  });

  it('belongs to one caller: a colleague with the same key makes a command of their own', async () => {
    const headers = newKey();
    const mine = await assert(assertionBody(), headers);
    const theirs = await assert(assertionBody(), headers, 'coastal-saltmarsh');
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('while the first call still runs is told to wait, and later gets the first answer', async () => {
    const headers = newKey();
    // The append waits for this lock, so the first call stays under way for as long as we like.
    await app.owner.query('BEGIN');
    await app.owner.query('LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE');
    const running = assert(assertionBody(), headers);
    await waitFor('the first call to wait for the lock', () => isWaiting());
    const meanwhile = await assert(assertionBody(), headers);
    expect({ status: meanwhile.status, code: meanwhile.body.code }).toEqual({
      status: 409,
      code: 'idempotency.in-progress',
    });
    await app.owner.query('COMMIT');
    const first = await running;
    expect(first.status).toBe(201);
    expect((await assert(assertionBody(), headers)).body).toEqual(first.body);
  });

  it('that met an outage leaves nothing behind: its repeat is taken as the first', async () => {
    const headers = newKey();
    await app.owner.query('BEGIN');
    await app.owner.query('LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE');
    const running = assert(assertionBody(), headers);
    await waitFor('the call to wait for the lock', () => isWaiting());
    await app.owner.query(`SELECT pg_terminate_backend(pid) ${WAITING_FOR_EVENTS}`);
    const broken = await running;
    expect({ status: broken.status, code: broken.body.code }).toEqual({ status: 503, code: 'log.unavailable' });
    await app.owner.query('COMMIT');
    const repeated = await assert(assertionBody(), headers);
    expect({ status: repeated.status, replayed: repeated.headers['idempotency-replayed'] }).toEqual({ status: 201 });
  });

  it('takes effect once when it arrives many times at once', async () => {
    const headers = newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => assert(assertionBody({ origin: 'once' }), headers)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, body } of answers) if (status !== 201) expect(body.code).toBe('idempotency.in-progress');
    const events = await rows<{ count: string }>(`SELECT count(*) FROM events WHERE body LIKE '%"origin":"once"%'`);
    expect(events[0]?.count).toBe('1');
  });
});

/** Of this database only: databases made from one template give their tables the same ids. */
const WAITING_FOR_EVENTS = `FROM pg_locks WHERE NOT granted AND relation = 'events'::regclass
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function isWaiting(): Promise<boolean> {
  const [row] = await rows<{ waiting: string }>(`SELECT count(*) AS waiting ${WAITING_FOR_EVENTS}`);
  return row?.waiting === '1';
}

async function waitFor(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 10_000;
  while (!(await isTrue())) if (Date.now() > until) throw new Error(`waited 10 s for ${what}`);
}

describe('a faulty request', () => {
  const raw = (bytes: Uint8Array | string, type = 'application/json'): Promise<Answer<Body>> =>
    send('coastal-analyst', 'POST /v1/assertions', { bytes, headers: { ...newKey(), 'content-type': type } });

  it.each<[string, Uint8Array | string, number, string, string]>([
    ['is not JSON', '{"subject":', 400, '', 'body.not-json'],
    ['is no object', '[]', 400, '', 'body.not-an-object'],
    ['is empty', '', 400, '', 'body.empty'],
    ['is not UTF-8', Buffer.from('{"purpose":"\xff"}', 'latin1'), 400, '', 'body.not-utf8'],
    ['holds a NUL', JSON.stringify(assertionBody({ origin: 'a\0b' })), 400, '/origin', 'text.nul'],
    ['is too large', JSON.stringify(assertionBody({ origin: 'x'.repeat(1_100_000) })), 413, '', 'body.too-large'],
  ])('that %s is told so', async (_, bytes, status, pointer, code) => {
    const answer = await raw(bytes);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.status).toBe(status);
    const told = answer.body.faults?.map((fault) => [fault.pointer, fault.code]) ?? [['', answer.body.code]];
    expect(told).toEqual([[pointer, code]]);
  });

  it('of another content type is told which to send', async () => {
    expect((await raw('{}', 'text/plain')).status).toBe(415);
    expect((await raw('{}', 'application/x-ndjson')).status).toBe(415);
  });

  it('has each fault named by field', async () => {
    const answer = await assert(
      assertionBody({
        subject: { kind: 'submarine', value: '' },
        statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: 7 }, colour: 'red', count: 0 }],
        grading: undefined,
        time: { at: '9 March' },
        originator: 'somebody else',
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body.faults?.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/grading field.is-object',
      '/originator field.unknown',
      '/statements/0/colour field.unknown',
      '/statements/0/count field.min',
      '/statements/0/object/value field.is-length',
      '/statements/0/object/value field.is-string',
      '/subject/kind field.is-in',
      '/subject/value field.is-length',
      '/time/at field.matches',
    ]);
  });

  it('that breaks rules has all of them named at once', async () => {
    const answer = await assert(
      assertionBody({
        subject: { kind: 'handle', value: '@safeway' },
        statements: [
          { relation: 'ADMINISTERS', object: { kind: 'vehicle', value: 'x' } },
          { relation: 'STATED', property: 'bio', from: '2026-03-09', to: '2026-02' },
          { relation: 'ASSOCIATED_WITH', object: { kind: 'handle', value: '@safeway' }, from: '2026-02-30' },
        ],
        grading: { scheme: '3x5x2', source: 'A', information: '1' },
        marking: { gsc: 'OFFICIAL', tlp: 'WHITE', handling: ['P'], conditions: ['A1'], compartment: 'saltmarsh' },
        statementKind: { kind: 'assessment' },
        time: { at: '2999' },
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body.faults?.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/grading grading.codes',
      '/marking/compartment marking.not-your-compartment',
      '/marking/conditions marking.conditions-without-c',
      '/marking/tlp marking.unknown-code',
      '/statementKind/assessor statement-kind.assessor-missing',
      '/statements/0/relation statement.kinds',
      '/statements/1/to statement.dates-reversed',
      '/statements/1/value statement.value-missing',
      '/statements/2/from time.not-a-date',
      '/statements/2/object statement.self-link',
      '/statements/2/object/value identifier.platform-missing',
      '/subject/value identifier.platform-missing',
      '/time time.absurd',
    ]);
  });
});
