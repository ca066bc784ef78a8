import { randomUUID } from 'node:crypto';
import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import type { Notice, WorkItem, WorkPage } from './reading.js';

const { coastal, border, lumen, partner } = ORGANISATIONS;
let app: TestCommandApp;

beforeAll(async () => {
  app = await openTestCommandApp('work-list');
}, STARTUP_MS);
afterAll(() => app?.close());

type Body = ProblemDocument & { id: string; permission: string; release: string; delegation: string; state: string };

async function send(persona: string, route: string, json: object): Promise<Answer<Body>> {
  return call(app.address, `POST /v1/${route}`, {
    token: await app.tokenOf(persona),
    json: { purpose: 'operation-tern', ...json },
    headers: newKey(),
  });
}

async function look<T>(persona: string, path: string): Promise<Answer<T & ProblemDocument>> {
  return call(app.address, `GET /v1/${path}`, {
    token: await app.tokenOf(persona),
    headers: { 'breakwater-purpose': 'operation-tern' },
  });
}

async function asked(by: string, marking: object, dueAt?: string): Promise<string> {
  const writer = by === 'coastal-saltmarsh' ? by : 'coastal-analyst';
  const { id } = (
    await send(writer, 'assertions', { ...assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...marking } }) })
  ).body;
  const terms = { of: [id], action: 'act', recipient: lumen.organisation, terms: 'One referral.' };
  return (await send(by, 'permissions', { ...terms, ...(dueAt === undefined ? {} : { dueAt }) })).body.permission;
}

const toBorder = { handling: ['C'], conditions: ['A1', 'S1'], releasableTo: [border.organisation] };
const work = async (persona: string, query = ''): Promise<WorkPage> =>
  (await look<WorkPage>(persona, `work-list${query}`)).body;

describe('the work list of an authoriser', () => {
  it('holds what others ask of the organisation and what waits inside it, what is due first at the top', async () => {
    const late = await asked('border-analyst', toBorder);
    const soon = await asked('border-analyst', toBorder, new Date(Date.now() + 60_000).toISOString());
    const { id } = (await send('coastal-analyst', 'assertions', { ...assertionBody() })).body;
    const { release } = (
      await send('coastal-analyst', 'releases', { item: id, form: 'plain', recipients: [partner.organisation] })
    ).body;
    await app.owner.query(`UPDATE work_items SET due_at = now() - interval '1 hour' WHERE about = $1`, [late]);
    const { items } = await work('coastal-authoriser');
    expect(items.map(({ kind, about, overdue }: WorkItem) => [kind, about, overdue])).toEqual([
      ['permission', late, true],
      ['permission', soon, false],
      ['release', release, false],
    ]);
    expect((await work('border-authoriser')).items).toEqual([]);

    const pages: string[] = [];
    for (let after = '', more = true; more;) {
      const page = await work('coastal-authoriser', `?limit=1${after}`);
      pages.push(...page.items.map(({ about }) => about));
      const last = page.items.at(-1);
      after = `&after=${last?.kind ?? ''}:${last?.about ?? ''}`;
      more = page.truncated;
    }
    expect(pages).toEqual([late, soon, release]);
    await send('coastal-authoriser', `permissions/${soon}/refuse`, { reason: 'Too early.' });
    expect((await work('coastal-authoriser')).items.map(({ about }) => about)).toEqual([late, release]);
  });

  it('tells nothing of what its reader may not know of', async () => {
    const before = await work('coastal-authoriser');
    const hidden = await asked('coastal-saltmarsh', { compartment: 'saltmarsh' });
    expect(hidden).toBeDefined();
    expect(await work('coastal-authoriser')).toEqual(before);
    const unknown = await work('coastal-authoriser', `?after=permission:${randomUUID()}`);
    expect(await work('coastal-authoriser', `?after=permission:${hidden}`)).toEqual(unknown);
  });

  it('is empty for who neither is an authoriser nor stands in for one', async () => {
    expect(await work('coastal-analyst')).toEqual({ items: [], truncated: false });
  });
});

describe('a delegation', () => {
  const until = (): string => new Date(Date.now() + 3_600_000).toISOString();

  it('lets a colleague decide in the stead of an authoriser, until it is recalled', async () => {
    const { status, body } = await send('coastal-authoriser', 'delegations', {
      to: 'coastal-referrer',
      until: until(),
    });
    expect(status).toBe(201);
    expect(await work('coastal-referrer')).toMatchObject({ insteadOf: 'coastal-authoriser' });
    const permission = await asked('border-analyst', toBorder);
    expect((await send('coastal-referrer', `permissions/${permission}/grant`, {})).body.state).toBe('granted');
    const { rows } = await app.owner.query<{ body: string }>(
      `SELECT body FROM events WHERE stream = $1 AND type = 'permission.granted'`,
      [`permission-${permission}`],
    );
    expect(JSON.parse(rows[0]?.body ?? '')).toMatchObject({
      actor: { user: 'coastal-referrer' },
      data: { insteadOf: 'coastal-authoriser' },
    });
    expect((await send('border-authoriser', `delegations/${body.delegation}/recall`, { reason: 'x' })).status).toBe(
      404,
    );
    await send('coastal-authoriser', `delegations/${body.delegation}/recall`, { reason: 'Back at work.' });
    expect(await work('coastal-referrer')).toEqual({ items: [], truncated: false });
  });

  it('ends with its date, and when its giver is no authoriser any more', async () => {
    const { delegation } = (await send('border-authoriser', 'delegations', { to: 'border-referrer', until: until() }))
      .body;
    expect((await work('border-referrer')).insteadOf).toBe('border-authoriser');
    await app.owner.query(`UPDATE members SET roles = '{analyst}' WHERE subject = 'border-authoriser'`);
    expect((await work('border-referrer')).insteadOf).toBeUndefined();
    await app.owner.query(`UPDATE members SET roles = '{authoriser}' WHERE subject = 'border-authoriser'`);
    await app.owner.query(`UPDATE duty_delegations SET until = now() WHERE delegation = $1`, [delegation]);
    expect((await work('border-referrer')).insteadOf).toBeUndefined();
  });

  it.each([
    ['/to delegation.no-colleague', { to: 'border-analyst' }],
    ['/to delegation.no-colleague', { to: 'coastal-authoriser' }],
    ['/to delegation.role', { to: 'coastal-auditor' }],
    ['/until delegation.until', { until: '2020-01-01T00:00:00Z' }],
  ])('is refused by its place: %s', async (fault, changes) => {
    const { body } = await send('coastal-authoriser', 'delegations', {
      to: 'coastal-analyst',
      until: until(),
      ...changes,
    });
    expect(body.faults?.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([fault]);
  });
});

describe('notices', () => {
  it('are for the organisation and the roles that they name, and for those who may see what they concern', async () => {
    const { rows } = await app.owner.query<{ audience: string }>(
      `SELECT audience FROM markings WHERE marking ->> 'compartment' = 'saltmarsh' AND marking ->> 'originator' = $1`,
      [coastal.organisation],
    );
    const secret = rows.map(({ audience }) => audience);
    expect(secret.length).toBeGreaterThan(0);
    const insert = (kind: string, roles: string[], audiences: string[] | null): Promise<unknown> =>
      app.owner.query(
        `INSERT INTO notices (organisation, roles, kind, about, details, audiences) VALUES ($1, $2, $3, $4, '{}', $5)`,
        [coastal.organisation, roles, kind, randomUUID(), audiences],
      );
    await insert('open', ['analyst', 'authoriser'], null);
    await insert('secret', ['analyst'], secret);
    await insert('other-role', ['administrator'], null);
    const kinds = async (persona: string): Promise<string[]> =>
      (await look<{ notices: Notice[] }>(persona, 'notices')).body.notices.map(({ kind }) => kind);
    expect(await kinds('coastal-analyst')).toEqual(['open']);
    expect(await kinds('coastal-saltmarsh')).toEqual(['secret', 'open']);
    expect(await kinds('coastal-administrator')).toEqual(['other-role']);
    expect(await kinds('partner-analyst')).toEqual([]);
  });
});
