import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import type { ExplainedStep } from '../releases/explanation.js';
import type { Notice, WorkPage } from '../work-list/reading.js';

const { border, coastal, partner } = ORGANISATIONS;
let app: TestCommandApp;

beforeAll(async () => {
  app = await openTestCommandApp('disclosures');
}, STARTUP_MS);
afterAll(() => app?.close());

type Body = ProblemDocument & { id: string; disclosure: string; copy: string; outcome: string };

async function send(persona: string, route: string, json: object): Promise<Answer<Body>> {
  return call(app.address, `POST /v1/${route}`, {
    token: await app.tokenOf(persona),
    json: { purpose: 'threat-to-life', ...json },
    headers: newKey(),
  });
}

async function look<T>(persona: string, path: string): Promise<Answer<T>> {
  return call(app.address, `GET /v1/${path}`, {
    token: await app.tokenOf(persona),
    headers: { 'breakwater-purpose': 'threat-to-life' },
  });
}

describe('an emergency disclosure', () => {
  let disclosure: string;
  let source: string;

  it('hands over a copy at once, whatever consents are missing, and the recipient can read it', async () => {
    const codes = { handling: ['C'], conditions: ['A1', 'S2'] };
    const said = async (persona: string, releasableTo: string[], basis: string[] = []): Promise<string> =>
      (
        await send(persona, 'assertions', {
          ...assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...codes, releasableTo }, basis }),
        })
      ).body.id;
    source = await said('border-analyst', [coastal.organisation]);
    const derived = await said('coastal-analyst', [border.organisation, coastal.organisation], [source]);
    const { status, body } = await send('coastal-authoriser', 'disclosures/emergency', {
      item: derived,
      form: 'plain',
      recipients: [partner.organisation],
      reason: 'Forty people in a sinking boat; the number is their only phone.',
    });
    expect(status).toBe(201);
    ({ disclosure } = body);
    expect((await look('partner-auditor', `log/events/${body.copy}`)).status).toBe(200);
    const { rows } = await app.owner.query(
      `SELECT subject, recipients FROM audit WHERE act = 'disclosure' AND reason = 'disclosure.emergency'`,
    );
    expect(rows).toEqual([{ subject: 'coastal-authoriser', recipients: [partner.organisation] }]);
  });

  it('is loud: the originator, the own authorisers, the log and the figures tell of it', async () => {
    const noticesOf = async (persona: string): Promise<Notice[]> =>
      (await look<{ notices: Notice[] }>(persona, 'notices')).body.notices;
    expect(await noticesOf('border-authoriser')).toMatchObject([
      {
        kind: 'emergency-disclosure',
        about: disclosure,
        details: { events: [source], recipients: [partner.organisation] },
      },
    ]);
    expect((await noticesOf('coastal-deputy')).map(({ kind, about }) => [kind, about])).toEqual([
      ['emergency-disclosure', disclosure],
    ]);
    expect(await noticesOf('border-analyst')).toEqual([]);
    expect(await noticesOf('partner-analyst')).toMatchObject([{ kind: 'emergency-copy' }]);
    expect(await noticesOf('partner-administrator')).toEqual([]);
    expect(app.lines.some((line) => line.includes(`EMERGENCY DISCLOSURE ${disclosure}`))).toBe(true);
    expect((await call(app.address, 'GET /metrics')).text).toMatch(/emergency_disclosures_total 1/);
  });

  it('waits in the work list for another authoriser, whose judgement the originator is told', async () => {
    const { items } = (await look<WorkPage>('coastal-authoriser', 'work-list')).body;
    expect(items).toMatchObject([{ kind: 'emergency-review', about: disclosure, mayDecide: false }]);
    const judged = { outcome: 'not-justified', reason: 'They were ashore already.' };
    const route = `disclosures/${disclosure}/review`;
    expect((await send('coastal-authoriser', route, judged)).body.code).toBe('disclosure.own');
    expect((await send('coastal-analyst', route, judged)).body.code).toBe('role.missing');
    expect((await send('border-authoriser', route, judged)).status).toBe(404);
    expect((await send('coastal-deputy', route, judged)).body.outcome).toBe('not-justified');
    expect((await look<WorkPage>('coastal-deputy', 'work-list')).body.items).toEqual([]);
    const [newest] = (await look<{ notices: Notice[] }>('border-authoriser', 'notices')).body.notices;
    expect(newest).toMatchObject({ kind: 'emergency-disclosure-reviewed', details: { outcome: 'not-justified' } });
  });

  it('can be explained: by whom, why, past what, and how it was judged', async () => {
    const { steps } = (
      await look<{ steps: ExplainedStep[] }>('coastal-auditor', `disclosures/${disclosure}/explanation`)
    ).body;
    expect(steps.map(({ step, by }) => [step, by])).toEqual([
      ['disclosure.emergency-made', 'coastal-authoriser'],
      ['disclosure.emergency-reviewed', 'coastal-deputy'],
    ]);
    expect(steps[0]?.basis?.because.map(({ words }) => words)).toContain(
      `condition S2: the originator is consulted before it is passed on (R6) (${source}), for ${partner.organisation}`,
    );
    expect((await look('border-auditor', `disclosures/${disclosure}/explanation`)).status).toBe(404);
  });
});
