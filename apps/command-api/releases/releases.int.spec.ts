import { randomUUID } from 'node:crypto';
import type { Marking } from '#events';
import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import type { ExplainedStep } from './explanation.js';
import type { ReleasePreview } from './preview.js';

const partner = ORGANISATIONS.partner.organisation;
const border = ORGANISATIONS.border.organisation;
const coastal = ORGANISATIONS.coastal.organisation;
let app: TestCommandApp;

beforeAll(async () => {
  app = await openTestCommandApp('releases');
}, STARTUP_MS);
afterAll(() => app?.close());

type Body = ProblemDocument &
  ReleasePreview & { id: string; release: string; state: string; copy: string; permission: string };

async function send(persona: string, route: string, json: object, key = newKey()): Promise<Answer<Body>> {
  return call(app.address, `POST /v1/${route}`, {
    token: await app.tokenOf(persona),
    json: { purpose: 'operation-tern', ...json },
    headers: key,
  });
}

async function look<T = Body>(persona: string, path: string): Promise<Answer<T>> {
  return call(app.address, `GET /v1/${path}`, {
    token: await app.tokenOf(persona),
    headers: { 'breakwater-purpose': 'operation-tern' },
  });
}

async function said(persona: string, marking: object, more: object = {}): Promise<string> {
  const { status, body } = await send(persona, 'assertions', {
    ...assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...marking }, ...more }),
  });
  expect([status, body.faults]).toEqual([201, undefined]);
  return body.id;
}

const plain = (item: string, ...recipients: string[]): object => ({ item, form: 'plain', recipients });

describe('a release', () => {
  it('is previewed, proposed, approved and carried out, and the recipient can read the copy and not the original', async () => {
    const report = await said('coastal-analyst', {});
    const preview = (await send('coastal-analyst', 'releases/preview', plain(report, 'crossing-task-force', partner)))
      .body;
    expect(preview.recipients).toMatchObject([
      { organisation: border, name: 'Border Unit', via: 'group:crossing-task-force', allowed: true },
      { organisation: partner, name: 'Partner Agency', via: 'named', allowed: true },
    ]);
    expect(preview.statements).toMatchObject([{ relation: 'USES_NUMBER', object: { kind: 'phone-number' } }]);
    expect(preview.marking).toMatchObject({
      tlp: 'AMBER',
      releasableTo: [border, partner].sort(),
      originator: coastal,
    });

    const { status, body } = await send('coastal-analyst', 'releases', plain(report, partner));
    expect([status, body.state]).toEqual([201, 'proposed']);
    const route = `releases/${body.release}`;
    expect((await send('coastal-analyst', `${route}/approve`, {})).body.code).toBe('role.missing');
    expect((await send('coastal-analyst', `${route}/carry-out`, {})).body.code).toBe('release.not-approved');
    expect((await send('coastal-authoriser', `${route}/approve`, {})).body.state).toBe('approved');
    const key = newKey();
    const done = (await send('coastal-analyst', `${route}/carry-out`, {}, key)).body;
    expect(done.state).toBe('carried-out');
    expect((await send('coastal-analyst', `${route}/carry-out`, {}, key)).body.copy).toBe(done.copy);

    const copy = await look<{ basis: string[]; marking: Marking; grading: object }>(
      'partner-auditor',
      `log/events/${done.copy}`,
    );
    expect(copy.body).toMatchObject({ basis: [report], marking: { releasableTo: [partner] }, source: coastal });
    expect((await look('partner-auditor', `log/events/${report}`)).status).toBe(404);
    expect((await look('border-auditor', `log/events/${done.copy}`)).status).toBe(404);
    expect((await look('partner-analyst', 'notices')).body).toMatchObject({
      notices: [{ kind: 'copy', about: done.copy, details: { from: coastal } }],
    });
    expect((await look('border-analyst', 'notices')).body).toMatchObject({ notices: [] });
    expect((await look('partner-analyst', `${route}`)).status).toBe(404);
    const { rows } = await app.owner.query(
      `SELECT recipients, ids FROM audit WHERE act = 'disclosure' AND reason = 'release.carry-out'`,
    );
    expect(rows).toEqual([{ recipients: [partner], ids: expect.arrayContaining([report, done.copy]) as string[] }]);
  });

  it('R6: of what rests on an S2 of another organisation waits for that organisation’s consent', async () => {
    const source = await said('coastal-analyst', {
      handling: ['C'],
      conditions: ['A3', 'S2'],
      releasableTo: [border],
    });
    const derived = await said(
      'border-analyst',
      { handling: ['C'], conditions: ['A3', 'S2'], releasableTo: [coastal, border] },
      { basis: [source] },
    );
    const sanitised = {
      item: derived,
      form: 'sanitised',
      words: 'This account uses a UK number.',
      recipients: [partner],
    };
    const needs = [{ originator: coastal, event: source, action: 'disclose', recipient: partner }];
    expect((await send('border-analyst', 'releases/preview', sanitised)).body.needs).toEqual(needs);
    const { release } = (await send('border-analyst', 'releases', sanitised)).body;
    await send('border-authoriser', `releases/${release}/approve`, {});
    const early = await send('border-analyst', `releases/${release}/carry-out`, {});
    expect([early.status, early.body.code]).toEqual([409, 'release.permission-missing']);

    const { permission } = (
      await send('border-analyst', 'permissions', {
        of: [source],
        action: 'disclose',
        recipient: partner,
        terms: 'The form of words only.',
      })
    ).body;
    await send('coastal-authoriser', `permissions/${permission}/grant`, {});
    const { copy } = (await send('border-analyst', `releases/${release}/carry-out`, {})).body;
    const read = await look<{ data: { statements: object[] }; marking: Marking; origin?: string }>(
      'partner-auditor',
      `log/events/${copy}`,
    );
    expect(read.body.data.statements).toEqual([
      { relation: 'STATED', property: 'form-of-words', value: 'This account uses a UK number.' },
    ]);
    expect(read.body.marking.conditions).toEqual(['A3', 'S2']);
    expect(read.body.origin).toBeUndefined();

    const { steps } = (await look<{ steps: ExplainedStep[] }>('border-auditor', `releases/${release}/explanation`))
      .body;
    expect(steps.map(({ step }) => step)).toEqual(['release.proposed', 'release.approved', 'release.carried-out']);
    expect(steps[0]?.basis?.permissions).toEqual([]);
    expect(steps[2]?.basis?.permissions).toEqual([permission]);
    expect(steps[0]?.basis?.because.map(({ words }) => words)).toContain(
      `condition S2: the originator is consulted before it is passed on (R6) (${source}), for ${partner}`,
    );
  });

  it('revoked consent stops what has not gone out', async () => {
    const source = await said('coastal-analyst', { handling: ['H2'], releasableTo: [border] });
    const derived = await said(
      'border-analyst',
      { handling: ['H2'], releasableTo: [coastal, border] },
      { basis: [source] },
    );
    const { permission } = (
      await send('border-analyst', 'permissions', {
        of: [source],
        action: 'disclose',
        recipient: partner,
        terms: 'As it is.',
      })
    ).body;
    await send('coastal-authoriser', `permissions/${permission}/grant`, {});
    const { release, needs } = (await send('border-analyst', 'releases', plain(derived, partner))).body;
    expect(needs).toEqual([]);
    await send('border-authoriser', `releases/${release}/approve`, {});
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const held = await send('coastal-authoriser', `permissions/${permission}/hold`, {
      reason: 'We look into it.',
      until,
    });
    expect(held.body.state).toBe('held');
    const missing = async (): Promise<boolean> =>
      (await look(`border-analyst`, `releases/${release}`)).body.needs.length > 0;
    expect(await missing()).toBe(true);
    await send('coastal-authoriser', `permissions/${permission}/resume`, { reason: 'Nothing was found.' });
    expect(await missing()).toBe(false);
    await send('coastal-authoriser', `permissions/${permission}/revoke`, { reason: 'The source is at risk.' });
    expect((await send('border-analyst', `releases/${release}/carry-out`, {})).body.code).toBe(
      'release.permission-missing',
    );
  });

  it('needs two persons where the organisation says so', async () => {
    await send('partner-administrator', 'releases/rule', { rule: 'two-persons' });
    const report = await said('partner-analyst', {});
    const { release } = (await send('partner-authoriser', 'releases', plain(report, coastal))).body;
    expect((await send('partner-authoriser', `releases/${release}/approve`, {})).body.code).toBe('release.two-persons');
    const other = (await send('partner-analyst', 'releases', plain(report, coastal))).body;
    expect((await send('partner-authoriser', `releases/${other.release}/approve`, {})).body.state).toBe('approved');
  });

  it('is held, and the hold overridden by an authoriser, which another one has to note', async () => {
    const report = await said('coastal-analyst', {});
    const { release } = (await send('coastal-analyst', 'releases', plain(report, partner))).body;
    const route = `releases/${release}`;
    await send('coastal-authoriser', `${route}/approve`, {});
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect(
      (await send('coastal-referrer', `${route}/hold`, { reason: 'An arrest is planned.', until })).body.state,
    ).toBe('held');
    expect((await send('coastal-analyst', `${route}/carry-out`, {})).body.code).toBe('release.held');
    expect((await send('coastal-analyst', `${route}/resume`, { reason: 'now' })).body.code).toBe(
      'release.held-by-another',
    );
    await send('coastal-authoriser', `${route}/resume`, { reason: 'A life is more.' });
    expect((await send('coastal-authoriser', `${route}/note-override`, {})).body.code).toBe('release.two-persons');
    expect((await send('coastal-analyst', `${route}/carry-out`, {})).body.state).toBe('carried-out');
    const { rows } = await app.owner.query(
      'SELECT kind, closed_at IS NULL AS open FROM work_items WHERE about = $1 ORDER BY kind',
      [release],
    );
    expect(rows).toEqual([
      { kind: 'hold', open: false },
      { kind: 'override', open: true },
      { kind: 'release', open: false },
    ]);
  });

  it('says the same of an assertion that one may not see, of none, and of one that is no assertion', async () => {
    const hidden = await said('coastal-analyst', { tlp: 'AMBER+STRICT' });
    const answers = await Promise.all(
      [hidden, randomUUID()].map((item) => send('border-analyst', 'releases', plain(item, partner))),
    );
    for (const { status, body } of answers)
      expect([status, { ...body, requestId: '' }]).toEqual([400, { ...answers[0]?.body, requestId: '' }]);
    expect(answers[0]?.body.faults?.map(({ code }) => code)).toEqual(['release.unknown-item']);
  });

  it('R4: is narrowed with its original, and nothing goes out of what was narrowed since it was approved', async () => {
    const report = await said('coastal-analyst', {});
    const { release } = (await send('coastal-analyst', 'releases', plain(report, partner))).body;
    const other = (await send('coastal-analyst', 'releases', plain(report, partner))).body.release;
    for (const each of [release, other]) await send('coastal-authoriser', `releases/${each}/approve`, {});
    const { copy } = (await send('coastal-analyst', `releases/${release}/carry-out`, {})).body;
    expect((await look('partner-auditor', `log/events/${copy}`)).status).toBe(200);
    const marking = { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER+STRICT' };
    expect((await send('coastal-analyst', `assertions/${report}/regrade`, { marking, reason: 'A life.' })).status).toBe(
      200,
    );
    const { body } = await look<{ data: { recipients: object[] } }>('partner-auditor', 'log/tail');
    expect(JSON.stringify(body)).not.toContain(`"assertion-${copy}","type":"assertion.regraded"`);
    const { rows } = await app.owner.query<{ body: string }>(
      `SELECT body FROM events WHERE stream = $1 ORDER BY stream_version DESC LIMIT 1`,
      [`assertion-${copy}`],
    );
    expect(JSON.parse(rows[0]?.body ?? '')).toMatchObject({
      type: 'assertion.regraded',
      marking: { tlp: 'AMBER+STRICT' },
    });
    expect((await send('coastal-analyst', `releases/${other}/carry-out`, {})).body.code).toBe(
      'release.recipients-changed',
    );
  });

  it('names the agreement under which a recipient gets it, and one of others is none', async () => {
    const agreement = randomUUID();
    const { rows } = await app.owner.query<{ organisation: string }>(
      `WITH made AS (INSERT INTO agreements VALUES ($1, 'tern-1', 'Tern', $2, now() - interval '1 day', NULL) RETURNING agreement)
       INSERT INTO agreement_parties SELECT party, agreement, 'agreed' FROM made, unnest($3::uuid[]) AS party RETURNING organisation`,
      [agreement, coastal, [coastal, partner]],
    );
    expect(rows).toHaveLength(2);
    const report = await said('coastal-analyst', {});
    for (const name of [agreement, 'tern-1'])
      expect((await send('coastal-analyst', 'releases/preview', plain(report, name))).body.recipients).toMatchObject([
        { organisation: partner, via: `agreement:${agreement}`, allowed: true },
      ]);
    const { release } = (await send('coastal-analyst', 'releases', plain(report, agreement))).body;
    const theirs = await said('border-analyst', {});
    expect((await send('border-analyst', 'releases/preview', plain(theirs, agreement))).body.faults).toMatchObject([
      { code: 'recipient.unknown' },
    ]);
    await app.owner.query(`UPDATE agreements SET ends = now() WHERE agreement = $1`, [agreement]);
    expect((await send('coastal-authoriser', `releases/${release}/approve`, {})).body.code).toBe(
      'release.recipients-changed',
    );
  });

  it('to nobody, to oneself, or to a group of nobody else is refused by its place', async () => {
    const report = await said('coastal-analyst', {});
    const { faults = [] } = (
      await send('coastal-analyst', 'releases', plain(report, coastal, 'operators', 'no-such-group', randomUUID()))
    ).body;
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/recipients/0 recipient.unknown',
      '/recipients/2 recipient.unknown',
      '/recipients/3 recipient.unknown',
    ]);
  });
});
