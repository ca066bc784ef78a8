import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { assertionBody, newKey, type AssertionBody } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import type { ListedSpillage } from './spillage-list.js';

interface Body {
  id: string;
  code?: string;
  rows: ListedSpillage[];
}

const coastal = ORGANISATIONS.coastal.organisation;
/** Stands in every field of what is sent that takes free text, so that whatever is kept of it is found. */
const PLANTED = 'plantedword';
let app: TestCommandApp;
beforeAll(async () => {
  app = await openTestCommandApp('spillages');
}, STARTUP_MS);
afterAll(() => app.close());

const planted = (marking: object): AssertionBody =>
  assertionBody({
    subject: { kind: 'name', value: `${PLANTED} subject` },
    statements: [{ relation: 'STATED', property: PLANTED, value: PLANTED, unit: PLANTED }],
    statementKind: { kind: 'assessment', assessor: PLANTED },
    origin: PLANTED,
    purpose: PLANTED,
    reference: PLANTED,
    marking: { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'], releasableTo: [PLANTED], ...marking },
  });

async function post(route: string, json: object, headers = newKey()): Promise<Answer<Body>> {
  return call(app.address, `POST ${route}`, { token: await app.tokenOf('coastal-analyst'), json, headers });
}

async function bulk(...lines: object[]): Promise<Answer<Body>> {
  return call(app.address, 'POST /v1/assertions/bulk', {
    token: await app.tokenOf('coastal-analyst'),
    bytes: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    headers: { 'content-type': 'application/x-ndjson' },
  });
}

async function listed(persona: string): Promise<Answer<Body>> {
  const token = await app.tokenOf(persona);
  return call(app.address, 'GET /v1/spillages', { token, headers: { 'breakwater-purpose': 'follow-up' } });
}

/** Every table of the database, each row as text. */
async function tablesThatHold(text: string): Promise<string[]> {
  const { rows } = await app.owner.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rows: hits } = await app.owner.query(
      `SELECT 1 FROM ${name} AS every_row
        WHERE every_row::text ILIKE '%' || $1 || '%' OR every_row::text LIKE '%' || encode($1::bytea, 'hex') || '%' LIMIT 1`,
      [text],
    );
    if (hits.length > 0) found.push(name);
  }
  return found;
}

describe('R7: what is marked above OFFICIAL', () => {
  const spilled: [string, () => Promise<Answer<Body>>][] = [
    ['a single assertion', () => post('/v1/assertions', planted({ gsc: 'UK SECRET' }))],
    [
      'one whose form is wrong besides',
      () => post('/v1/assertions', { ...planted({ gsc: 'TOP SECRET' }), time: 7, [PLANTED]: 1 }),
    ],
    [
      'one that says so in another field of its marking',
      () => post('/v1/assertions', planted({ handling: ['SECRET'] })),
    ],
    [
      'one that says so in a field that no marking has',
      () => post('/v1/assertions', planted({ caveat: 'SECRET//UK EYES ONLY' })),
    ],
    [
      'a withdrawal',
      async () => {
        const { body } = await post('/v1/assertions', assertionBody());
        return post(`/v1/assertions/${body.id}/withdraw`, {
          reason: PLANTED,
          purpose: PLANTED,
          marking: { gsc: 'SECRET', tlp: PLANTED },
        });
      },
    ],
    [
      'a regrade',
      async () => {
        const { body } = await post('/v1/assertions', assertionBody());
        return post(`/v1/assertions/${body.id}/regrade`, {
          reason: PLANTED,
          purpose: PLANTED,
          marking: { gsc: 'S E C R E T', tlp: 'RED' },
        });
      },
    ],
    ['an agreement', () => post('/v1/agreements', { title: PLANTED, gsc: 'SECRET' })],
  ];

  it.each(spilled)('is refused and kept nowhere: %s', async (what, send) => {
    const before = (await listed('coastal-authoriser')).body.rows.length;
    const { status, body, text } = await send();
    if (what === 'an agreement') {
      // The guard comes first: who may not call a route learns nothing of its rules.
      expect([status, body.code]).toEqual([403, 'role.missing']);
      return;
    }
    expect([status, body.code]).toEqual([400, 'marking.above-official']);
    expect(text).not.toContain(PLANTED);
    expect((await listed('coastal-authoriser')).body.rows).toHaveLength(before + 1);
  });

  it('is refused line by line in bulk, and one incident counts them; the other lines come in', async () => {
    const fine = { ...assertionBody(), reference: 'fine/1' };
    const answer = await bulk(planted({ gsc: 'SECRET' }), fine, { ...planted({ gsc: 'TS' }), grading: 7 });
    const outcomes = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { code?: string; reference?: string | null; outcome?: string });
    expect(outcomes.slice(0, 3).map(({ outcome, code, reference }) => [outcome, code, reference])).toEqual([
      ['refused', 'marking.above-official', null],
      ['accepted', undefined, 'fine/1'],
      ['refused', 'marking.above-official', null],
    ]);
    const report = await call(app.address, `GET /v1/assertions/bulk/${String(answer.headers['bulk-call'])}/report`, {
      token: await app.tokenOf('coastal-analyst'),
    });
    expect(answer.text + report.text).not.toContain(PLANTED);
    expect((await listed('coastal-administrator')).body.rows[0]).toMatchObject({
      subject: 'coastal-analyst',
      where: 'POST /v1/assertions/bulk',
      code: 'marking.above-official',
      count: 2,
    });
  });

  it('is found in no table of the database and in no line of the log, not even under its own hash', async () => {
    expect(await tablesThatHold(PLANTED)).toEqual([]);
    expect(app.lines.filter((line) => line.includes(PLANTED))).toEqual([]);
    // The look itself finds what is kept.
    await post('/v1/assertions', { ...assertionBody(), origin: 'kept-word' });
    expect(await tablesThatHold('kept-word')).toContain('public.events');
    const { rows } = await app.owner.query(
      `SELECT 1 FROM audit WHERE reason = 'marking.above-official' AND purpose <> 'spillage'`,
    );
    expect(rows).toEqual([]);
  });

  it('raises an incident: an event for the organisation alone, a line in the log, a figure, and a list for those in charge', async () => {
    const { rows } = (await listed('coastal-authoriser')).body;
    const newest = rows.at(-1);
    const [event] = await app.store.log.readStream(`spillage-${newest?.spillage ?? ''}`);
    expect(event).toMatchObject({
      body: { type: 'spillage.reported', data: { organisation: coastal, where: 'POST /v1/assertions', count: 1 } },
      marking: { tlp: 'AMBER+STRICT', originator: coastal },
      purpose: 'spillage',
    });
    expect(app.lines.filter((line) => line.includes('SPILLAGE')).length).toBeGreaterThanOrEqual(rows.length);
    const metrics = await call(app.address, 'GET /metrics');
    expect(Number(/^spillages_total (\d+)$/m.exec(metrics.text)?.[1])).toBeGreaterThanOrEqual(rows.length);
    expect((await listed('border-authoriser')).body.rows).toEqual([]);
    expect((await listed('coastal-analyst')).status).toBe(403);
  });
});
