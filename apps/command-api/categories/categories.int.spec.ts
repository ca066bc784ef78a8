import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey, type AssertionBody } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import type { DuePage } from './due-list.js';

let app: TestCommandApp;
beforeAll(async () => {
  app = await openTestCommandApp('categories');
}, STARTUP_MS);
afterAll(() => app.close());

const part = (person: string, more: AssertionBody = {}): AssertionBody => ({
  subject: { kind: 'person', value: `pole:person/${person}` },
  statements: [
    { relation: 'STATED', property: 'note', value: 'seen at the quay' },
    { relation: 'INVOLVED_IN', object: { kind: 'incident', value: 'case-4' }, ...more },
  ],
});

async function send(persona: string, route: string, json: object): Promise<Answer<{ id: string }>> {
  return call(app.address, route, { token: await app.tokenOf(persona), json, headers: newKey() });
}

async function due(persona: string, terms = 'by=2999-01-01'): Promise<Answer<DuePage>> {
  return call(app.address, `GET /v1/categories/due?${terms}`, {
    token: await app.tokenOf(persona),
    headers: { 'breakwater-purpose': 'categorising' },
  });
}

const makeOne = (json: AssertionBody, persona = 'coastal-analyst') =>
  send(persona, 'POST /v1/assertions', assertionBody(json));

describe('R10: the work list of person links that nobody has categorised', () => {
  it('holds those of the own organisation, from single calls and bulk, until they are withdrawn', async () => {
    const single = (await makeOne(part('1'))).body.id;
    await makeOne(part('2', { category: 'victim' }));
    await makeOne(part('3'), 'border-analyst');
    await makeOne({
      statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: '+447400123456' } }],
    });
    const line = JSON.stringify(assertionBody({ ...part('4'), reference: 'due/4' }));
    await call(app.address, 'POST /v1/assertions/bulk', {
      token: await app.tokenOf('coastal-analyst'),
      bytes: `${line}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const { body } = await due('coastal-analyst');
    expect(body.links).toHaveLength(2);
    expect(body.links[0]).toEqual({
      assertion: single,
      index: 1,
      relation: 'INVOLVED_IN',
      subject: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      object: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      categoriseBy: new Date(Date.now() + 28 * 86_400_000).toISOString().slice(0, 10),
      overdue: false,
    });
    await send('coastal-analyst', `POST /v1/assertions/${single}/withdraw`, { reason: 'wrong', purpose: 'spec' });
    expect((await due('coastal-authoriser')).body.links.map(({ assertion }) => assertion)).not.toContain(single);
  });

  it('shows by itself what is due by today, the longest overdue first, page by page', async () => {
    expect((await due('coastal-analyst', '')).body.links).toEqual([]);
    await makeOne(part('5'));
    await app.owner
      .query(`UPDATE uncategorised_links SET categorise_by = date '2026-01-31' + index - assertion_no.n::int
      FROM (SELECT assertion, row_number() OVER () AS n FROM uncategorised_links) assertion_no
      WHERE assertion_no.assertion = uncategorised_links.assertion`);
    const first = (await due('coastal-analyst', 'limit=1')).body;
    expect(first).toMatchObject({ truncated: true, links: [{ overdue: true }] });
    const second = (await due('coastal-analyst', `limit=1&after=${first.after ?? ''}`)).body;
    expect(second).toMatchObject({ truncated: false, links: [{ overdue: true }] });
    expect(second.links[0]?.assertion).not.toBe(first.links[0]?.assertion);
    expect((await due('coastal-analyst', 'after=2026-02-31/0193a1f2-7c00-7000-8000-000000000001/1')).status).toBe(400);
  });

  it('keeps what lies in a compartment from colleagues who are not in it', async () => {
    const marking = { gsc: 'OFFICIAL', tlp: 'AMBER', compartment: 'saltmarsh' };
    const hidden = (await makeOne({ ...part('6'), marking }, 'coastal-saltmarsh')).body.id;
    const seenBy = async (persona: string) => (await due(persona)).body.links.map(({ assertion }) => assertion);
    expect(await seenBy('coastal-saltmarsh')).toContain(hidden);
    expect(await seenBy('coastal-analyst')).not.toContain(hidden);
  });

  it('is for analysts and authorisers, and reading it is in the audit', async () => {
    expect((await due('coastal-auditor')).status).toBe(403);
    const { rows } = await app.owner.query(
      `SELECT DISTINCT act FROM audit WHERE reason = 'list.uncategorised' AND subject = 'coastal-analyst'`,
    );
    expect(rows).toEqual([{ act: 'consultation' }]);
  });
});
