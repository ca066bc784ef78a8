import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';

let app: TestCommandApp;
beforeAll(async () => {
  app = await openTestCommandApp('saved-questions');
  await app.owner.query(`UPDATE members SET compartments = '{saltmarsh}' WHERE subject = $1`, [
    await subjectOf('coastal-analyst'),
  ]);
}, STARTUP_MS);
afterAll(() => app?.close());

const purpose = 'operation-tern';
const terms = { seed: { value: '+44 7700 900101' }, validAt: '2026-03' };
const asked = { purpose, operation: purpose, name: 'northern crossings', question: 'cluster', terms };
const marking = { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'] };

interface Body {
  saved: string | { saved: string; name: string }[];
  truncated?: boolean;
  after?: string;
  terms?: object;
  code?: string;
  faults?: { pointer: string; code: string }[];
}

async function subjectOf(persona: string): Promise<string> {
  const [, payload = ''] = (await app.tokenOf(persona)).split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub;
}

const send = async (as: string, route: string, json?: object): Promise<Answer<Body>> =>
  call<Body>(app.address, route, {
    token: await app.tokenOf(as),
    headers: { ...newKey(), 'breakwater-purpose': purpose },
    ...(json === undefined ? {} : { json }),
  });
const save = async (as: string, changes: object = {}): Promise<string> => {
  const { status, body, text } = await send(as, 'POST /v1/saved-questions', { ...asked, marking, ...changes });
  if (status !== 201) throw new Error(text);
  return body.saved as string;
};
const list = async (as: string, operation: string, more = ''): Promise<Body> =>
  (await send(as, `GET /v1/saved-questions?operation=${operation}${more}`)).body;
const names = ({ saved }: Body): string[] => (saved as { name: string }[]).map(({ name }) => name);

describe('saved questions', () => {
  it('are kept for an operation, listed by it, shown with their terms, and done away with', async () => {
    const [first, second] = [await save('coastal-analyst'), await save('coastal-referrer', { name: 'boats' })];
    await save('coastal-analyst', { operation: 'operation-gull', name: 'another' });
    expect(names(await list('coastal-authoriser', purpose))).toEqual(['boats', 'northern crossings']);
    const page = await list('coastal-analyst', purpose, '&limit=1');
    expect([names(page), page.truncated, page.after]).toEqual([['boats'], true, second]);
    expect(names(await list('coastal-analyst', purpose, `&limit=1&after=${second}`))).toEqual(['northern crossings']);
    const shown = await send('coastal-authoriser', `GET /v1/saved-questions/${first}`);
    expect(shown.body).toMatchObject({ saved: first, question: 'cluster', terms });
    const forgotten = await send('coastal-referrer', `POST /v1/saved-questions/${first}/forget`, {
      purpose,
      reason: 'over',
    });
    expect(forgotten.status).toBe(200);
    expect(names(await list('coastal-analyst', purpose))).toEqual(['boats']);
    expect((await send('coastal-analyst', `GET /v1/saved-questions/${first}`)).status).toBe(404);
  });

  it('are for the own organisation, and of it for those who may see the marking', async () => {
    const secret = { ...marking, compartment: 'saltmarsh' };
    const saved = await save('coastal-analyst', { operation: 'operation-tide', marking: secret });
    expect(names(await list('coastal-analyst', 'operation-tide'))).toHaveLength(1);
    for (const as of ['coastal-referrer', 'border-analyst']) {
      expect(names(await list(as, 'operation-tide'))).toEqual([]);
      for (const [route, json] of [
        [`GET /v1/saved-questions/${saved}`],
        [`POST /v1/saved-questions/${saved}/forget`, { purpose, reason: 'over' }],
      ] as const)
        expect(await send(as, route, json)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    const lent = { ...marking, releasableTo: [ORGANISATIONS.border.organisation] };
    const other = await save('coastal-analyst', { operation: 'operation-eddy', marking: lent });
    expect(names(await list('border-analyst', 'operation-eddy'))).toEqual([]);
    expect((await send('border-analyst', `GET /v1/saved-questions/${other}`)).status).toBe(404);
  });

  it('leave their trace in the audit, and nobody’s number in their table', async () => {
    const saved = await save('coastal-analyst');
    await list('coastal-analyst', purpose);
    const { rows } = await app.owner.query<{ reason: string }>(
      'SELECT reason FROM audit WHERE $1 = ANY (ids) ORDER BY seq',
      [saved],
    );
    expect(rows.map(({ reason }) => reason)).toEqual(['question.save', 'list.saved-questions']);
    const table = await app.owner.query('SELECT s::text AS row FROM saved_questions s');
    expect(JSON.stringify(table.rows)).not.toMatch(/900101|northern/);
  });

  it.each([
    [{ question: 'list-look-up' }, '/question'],
    [{ terms: { note: 'x'.repeat(8_001) } }, '/terms'],
    [{ terms: { continuation: 'abc' } }, '/terms/continuation'],
    [{ name: '  ' }, '/name'],
    [{ operation: 'x'.repeat(101) }, '/operation'],
    [{ marking: { ...marking, compartment: 'nowhere' } }, '/marking/compartment'],
  ])('are refused where they cannot be asked or kept: %j', async (changes, pointer) => {
    const { status, body } = await send('coastal-analyst', 'POST /v1/saved-questions', {
      ...asked,
      marking,
      ...changes,
    });
    expect([status, body.faults?.[0]?.pointer]).toEqual([expect.any(Number), pointer]);
    expect([400, 422]).toContain(status);
  });
});
