import { randomUUID } from 'node:crypto';
import { Directory } from '#access';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import type { ListedAgreement } from './agreement-list.js';

interface Body {
  agreement: string;
  group: string;
  changed: boolean;
  code?: string;
  faults?: { pointer: string; code: string }[];
  rows: ListedAgreement[] & { organisation?: string }[];
  after?: string;
  truncated?: boolean;
}

const coastal = ORGANISATIONS.coastal.organisation;
const border = ORGANISATIONS.border.organisation;
const partner = ORGANISATIONS.partner.organisation;
const lumen = ORGANISATIONS.lumen.organisation;
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let app: TestCommandApp;
let directory: Directory;
let issuer: string;

beforeAll(async () => {
  app = await openTestCommandApp('agreements');
  directory = new Directory(app.store.log);
  issuer = app.environment['OIDC_ISSUER'] ?? '';
}, STARTUP_MS);
afterAll(() => app.close());

async function post(persona: string, route: string, json: object = {}, key = newKey()): Promise<Answer<Body>> {
  const token = await app.tokenOf(persona);
  return call(app.address, `POST /v1${route}`, { token, json: { purpose: 'spec', ...json }, headers: key });
}

async function get(persona: string, route: string): Promise<Answer<Body>> {
  const token = await app.tokenOf(persona);
  return call(app.address, `GET /v1${route}`, { token, headers: { 'breakwater-purpose': 'spec' } });
}

const agreementOf = (changes: object = {}): object => ({
  group: 'channel-watch',
  title: 'Exchange on small boats',
  parties: [coastal, border, lumen],
  from: day(-1),
  until: day(30),
  ...changes,
});

async function made(changes: object = {}, persona = 'coastal-authoriser'): Promise<Body> {
  const answer = await post(persona, '/agreements', agreementOf(changes));
  expect([answer.status, answer.text]).toEqual([201, expect.stringContaining('"group"')]);
  return answer.body;
}

const groupsOf = async (subject: string): Promise<readonly string[]> =>
  (await directory.viewerOf({ issuer, subject }))?.groups ?? [];

describe('an agreement over HTTP', () => {
  it('gives its group to whoever has agreed, from the next request, and takes it back when they leave', async () => {
    const { agreement, group } = await made();
    expect(await groupsOf('coastal-analyst')).toContain(group);
    expect(await groupsOf('border-analyst')).not.toContain(group);
    expect((await post('border-administrator', `/agreements/${agreement}/join`)).body).toEqual({
      agreement,
      group,
      changed: true,
    });
    expect(await directory.viewerOf({ issuer, subject: 'border-analyst' })).toMatchObject({
      agreements: [{ agreement, group }],
      groups: ['crossing-task-force', group],
    });
    await post('border-authoriser', `/agreements/${agreement}/leave`, { reason: 'The operation is over.' });
    expect(await groupsOf('border-analyst')).not.toContain(group);
    expect(await groupsOf('coastal-analyst')).toContain(group);
    await post('coastal-authoriser', `/agreements/${agreement}/end`, { reason: 'The operation is over.' });
    expect(await groupsOf('coastal-analyst')).not.toContain(group);
    const types = (await app.store.log.readStream(`agreement-${agreement}`)).map(({ body }) => body.type);
    expect(types).toEqual(['agreement.made', 'agreement.party-joined', 'agreement.party-left', 'agreement.ended']);
  });

  it('begins and ends by the clock of the database, without any event', async () => {
    const later = await made({ from: day(1) });
    expect(await groupsOf('coastal-analyst')).not.toContain(later.group);
    const brief = await made({ until: day(1) });
    expect(await groupsOf('coastal-analyst')).toContain(brief.group);
    await app.owner.query('UPDATE agreements SET ends = clock_timestamp() WHERE agreement = $1', [brief.agreement]);
    expect(await groupsOf('coastal-analyst')).not.toContain(brief.group);
    expect(await app.store.log.readStream(`agreement-${brief.agreement}`)).toHaveLength(1);
  });

  it('is listed for its parties with what each has answered, and for nobody else', async () => {
    const { agreement } = await made({ title: 'Listed' });
    const own = (await get('border-analyst', '/agreements')).body.rows.find((row) => row.agreement === agreement);
    expect(own).toMatchObject({ title: 'Listed', madeBy: coastal, state: 'asked', inForce: false });
    expect(own?.parties.map(({ name, state }) => [name, state])).toEqual([
      ['Coastal Agency', 'agreed'],
      ['Border Unit', 'asked'],
      ['Lumen Video', 'asked'],
    ]);
    expect((await get('partner-analyst', '/agreements')).body.rows).toEqual([]);
    const first = (await get('coastal-analyst', '/agreements?limit=1')).body;
    const second = (await get('coastal-analyst', `/agreements?limit=1&after=${first.after ?? ''}`)).body;
    expect(first.rows[0]?.agreement).toBe(agreement);
    expect(second.rows[0]?.agreement).not.toBe(agreement);
  });

  it('answers who is no party as if there were none', async () => {
    const { agreement } = await made();
    const answers = await Promise.all(
      [agreement, randomUUID()].map((id) => post('partner-authoriser', `/agreements/${id}/join`)),
    );
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'not-found'],
      [404, 'not-found'],
    ]);
    expect(answers.map(({ text }) => text.replace(/"requestId":"[^"]*"/, ''))).toEqual([
      answers[0]?.text.replace(/"requestId":"[^"]*"/, ''),
      answers[0]?.text.replace(/"requestId":"[^"]*"/, ''),
    ]);
  });

  it('never takes a group that exists, and no organisation is put into its group unasked', async () => {
    const taken = await post('operations-administrator', '/agreements', agreementOf({ group: 'crossing-task-force' }));
    expect([taken.status, taken.body.code]).toEqual([409, 'agreement.group-taken']);
    const { group } = await made({ group: 'named-by-operators' }, 'operations-administrator');
    expect(group).toBe('named-by-operators');
    expect((await post('operations-administrator', '/agreements', agreementOf({ group }))).body.code).toBe(
      'agreement.group-taken',
    );
    const unasked = await post('operations-administrator', `/organisations/${partner}/groups`, { groups: [group] });
    expect([unasked.status, unasked.body.code]).toEqual([409, 'organisation.group-of-agreement']);
  });

  it('names organisations that exist and days that exist, and is for authorisers and administrators', async () => {
    const wrong = await post('coastal-authoriser', '/agreements', agreementOf({ parties: [coastal, randomUUID()] }));
    expect(wrong.body.faults).toMatchObject([{ pointer: '/parties/1', code: 'organisation.unknown' }]);
    const noDay = await post('coastal-authoriser', '/agreements', agreementOf({ until: '2027-02-30' }));
    expect(noDay.body.faults?.[0]?.pointer).toBe('/until');
    expect((await post('coastal-analyst', '/agreements', agreementOf())).status).toBe(403);
  });
});

describe('organisations', () => {
  it('are grouped anew by the operators, from the next request on', async () => {
    expect(
      (await post('coastal-administrator', `/organisations/${partner}/groups`, { groups: ['northern'] })).body.code,
    ).toBe('organisation.operators-only');
    expect(
      (await post('operations-administrator', `/organisations/${partner}/groups`, { groups: ['northern'] })).body
        .changed,
    ).toBe(true);
    expect(await groupsOf('partner-analyst')).toEqual(['northern']);
    expect(
      (await post('operations-administrator', `/organisations/${partner}/groups`, { groups: [] })).body.changed,
    ).toBe(true);
    expect(await groupsOf('partner-analyst')).toEqual([]);
  });

  it('are listed for agencies; a platform sees itself and those it has an agreement with', async () => {
    const names = async (persona: string, terms = ''): Promise<string[]> =>
      (await get(persona, `/organisations${terms}`)).body.rows.map((row) => (row as unknown as { name: string }).name);
    expect(await names('partner-analyst')).toHaveLength(6);
    expect(await names('chatter-moderator')).toEqual(['Chatterbox']);
    expect((await names('lumen-administrator')).sort()).toEqual(['Border Unit', 'Coastal Agency', 'Lumen Video']);
    const groups = (await get('lumen-administrator', '/organisations')).text;
    expect(groups).not.toContain('crossing-task-force');
    const page = (await get('partner-analyst', '/organisations?limit=5')).body;
    expect(await names('partner-analyst', `?limit=5&after=${page.after ?? ''}`)).toHaveLength(1);
  });

  it('have members whom their own administrators and auditors may list, and nobody else', async () => {
    const own = (await get('coastal-administrator', `/organisations/${coastal}/members?limit=3`)).body;
    expect(own.rows).toHaveLength(3);
    const rest = (await get('coastal-auditor', `/organisations/${coastal}/members?after=${own.after ?? ''}`)).body;
    const subjects = [...own.rows, ...rest.rows].map((row) => (row as unknown as { subject: string }).subject);
    expect(subjects).toEqual([...subjects].sort());
    expect(subjects).toContain('coastal-saltmarsh');
    for (const organisation of [border, randomUUID()])
      expect((await get('coastal-administrator', `/organisations/${organisation}/members`)).body.code).toBe(
        'organisation.not-yours',
      );
    expect((await get('coastal-analyst', `/organisations/${coastal}/members`)).status).toBe(403);
    expect((await get('coastal-administrator', `/organisations/${coastal}/members?after=Zm9v`)).status).toBe(400);
  });
});
