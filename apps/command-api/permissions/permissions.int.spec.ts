import { randomUUID } from 'node:crypto';
import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';

const lumen = ORGANISATIONS.lumen.organisation;
const border = ORGANISATIONS.border.organisation;
let app: TestCommandApp;

beforeAll(async () => {
  app = await openTestCommandApp('permissions');
}, STARTUP_MS);
afterAll(() => app?.close());

type Body = ProblemDocument & { id: string; permission: string; state: string; [field: string]: unknown };

async function send(persona: string, route: string, json: object): Promise<Answer<Body>> {
  return call(app.address, `POST /v1/${route}`, {
    token: await app.tokenOf(persona),
    json: { purpose: 'operation-tern', ...json },
    headers: newKey(),
  });
}

async function show(persona: string, permission: string): Promise<Answer<Body>> {
  return call(app.address, `GET /v1/permissions/${permission}`, {
    token: await app.tokenOf(persona),
    headers: { 'breakwater-purpose': 'operation-tern' },
  });
}

async function said(marking: object, persona = 'coastal-analyst'): Promise<string> {
  const { body } = await send(persona, 'assertions', {
    ...assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...marking } }),
  });
  return body.id;
}

const asked = (of: string): object => ({ of: [of], action: 'act', recipient: lumen, terms: 'Without its source.' });
const A1 = { handling: ['C'], conditions: ['A1', 'S2'], releasableTo: [border] };

describe('R5: asking the originator', () => {
  it('goes from the one who wants to act to an authoriser of the originator and back', async () => {
    const report = await said(A1);
    const { status, body } = await send('border-analyst', 'permissions', asked(report));
    expect([status, body.state]).toEqual([201, 'requested']);
    expect((await show('coastal-analyst', body.permission)).body).toMatchObject({
      of: [report],
      originator: ORGANISATIONS.coastal.organisation,
      recipient: lumen,
      state: 'requested',
      askedBy: border,
    });
    const route = `permissions/${body.permission}`;
    expect((await send('coastal-analyst', `${route}/grant`, {})).body.code).toBe('role.missing');
    expect((await send('border-authoriser', `${route}/grant`, {})).body.code).toBe('permission.not-yours');
    expect((await send('coastal-authoriser', `${route}/grant`, { until: '2099-01-01T00:00:00Z' })).body.state).toBe(
      'granted',
    );
    expect((await send('coastal-authoriser', `${route}/refuse`, { reason: 'no' })).body.code).toBe(
      'permission.answered',
    );
    expect((await show('border-analyst', body.permission)).body).toMatchObject({ state: 'granted' });
    expect((await send('coastal-authoriser', `${route}/revoke`, { reason: 'The source is at risk.' })).body.state).toBe(
      'revoked',
    );
    const told = await call<{ notices: object[] }>(app.address, 'GET /v1/notices', {
      token: await app.tokenOf('border-analyst'),
      headers: { 'breakwater-purpose': 'operation-tern' },
    });
    expect(told.body.notices).toMatchObject([
      { kind: 'permission.revoked', about: body.permission },
      { kind: 'permission.granted', about: body.permission },
    ]);
    const { rows } = await app.owner.query('SELECT state FROM permissions WHERE permission = $1', [body.permission]);
    expect(rows).toEqual([{ state: 'revoked' }]);
  });

  it('is one and the same refusal for an event that one may not see and for none', async () => {
    const hidden = await said({ tlp: 'AMBER+STRICT' });
    const answers = await Promise.all(
      [hidden, randomUUID()].map((of) => send('border-analyst', 'permissions', asked(of))),
    );
    for (const { status, body } of answers)
      expect([status, { ...body, requestId: '' }]).toEqual([400, { ...answers[0]?.body, requestId: '' }]);
  });

  it('is nothing that a third organisation can know of, or one whose sight has ended', async () => {
    const report = await said(A1);
    const { permission } = (await send('border-analyst', 'permissions', asked(report))).body;
    const answers = await Promise.all(
      [permission, randomUUID()].map((each) => send('partner-authoriser', `permissions/${each}/grant`, {})),
    );
    for (const { status, body } of answers)
      expect([status, { ...body, requestId: '' }]).toEqual([404, { ...answers[0]?.body, requestId: '' }]);
    expect((await show('partner-authoriser', permission)).status).toBe(404);
  });

  it('within a compartment is for those inside it', async () => {
    const report = await said({ compartment: 'saltmarsh' }, 'coastal-saltmarsh');
    const { permission } = (await send('coastal-saltmarsh', 'permissions', asked(report))).body;
    expect((await send('coastal-authoriser', `permissions/${permission}/grant`, {})).status).toBe(404);
    expect((await show('coastal-saltmarsh', permission)).status).toBe(200);
  });

  it('is audited: who asked whom, who answered, who looked', async () => {
    const { rows } = await app.owner.query(
      `SELECT act, reason, count(*)::int AS count FROM audit WHERE reason LIKE 'permission.%' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    expect(rows).toEqual([
      { act: 'alteration', reason: 'permission.ask', count: 3 },
      { act: 'alteration', reason: 'permission.grant', count: 1 },
      { act: 'alteration', reason: 'permission.revoke', count: 1 },
      { act: 'consultation', reason: 'permission.show', count: 3 },
      { act: 'refusal', reason: 'permission.answered', count: 1 },
      { act: 'refusal', reason: 'permission.not-yours', count: 1 },
      { act: 'refusal', reason: 'permission.unknown', count: 4 },
      { act: 'refusal', reason: 'permission.unknown-event', count: 2 },
    ]);
  });
});
