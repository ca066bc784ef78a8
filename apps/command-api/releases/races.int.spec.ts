import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';

const partner = ORGANISATIONS.partner.organisation;
const border = ORGANISATIONS.border.organisation;
const coastal = ORGANISATIONS.coastal.organisation;
const ROUNDS = 24;
/** Each way round must come up, or the races would show nothing: they go on for so long, if need be. */
const AT_MOST = 200;

let app: TestCommandApp;

beforeAll(async () => {
  app = await openTestCommandApp('release-races');
}, STARTUP_MS);
afterAll(() => app?.close());

type Body = ProblemDocument & { id: string; release: string; permission: string; copy?: string };

async function send(persona: string, route: string, json: object): Promise<Answer<Body>> {
  return call(app.address, `POST /v1/${route}`, {
    token: await app.tokenOf(persona),
    json: { purpose: 'operation-tern', ...json },
    headers: newKey(),
  });
}

async function said(persona: string, marking: object, basis: string[] = []): Promise<string> {
  const json = assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...marking }, basis });
  return (await send(persona, 'assertions', json)).body.id;
}

async function approved(item: string, by: 'coastal' | 'border'): Promise<string> {
  const json = { item, form: 'plain', recipients: [partner] };
  const { release } = (await send(`${by}-analyst`, 'releases', json)).body;
  await send(`${by}-authoriser`, `releases/${release}/approve`, {});
  return `releases/${release}/carry-out`;
}

/** Places of two events in the order of the log, which is that of their transactions. */
async function order(first: [stream: string, type: string], second: [stream: string, type: string]): Promise<string[]> {
  const { rows } = await app.owner.query<{ type: string }>(
    `SELECT type FROM events WHERE (stream, type) IN (($1, $2), ($3, $4)) ORDER BY txid, seq`,
    [...first, ...second],
  );
  return rows.map(({ type }) => type);
}

it('nothing goes out by a consent after it was revoked, however close the two come', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS || (seen.size < 2 && round < AT_MOST); round += 1) {
    const source = await said('coastal-analyst', { handling: ['H2'], releasableTo: [border] });
    const derived = await said('border-analyst', { handling: ['H2'], releasableTo: [coastal, border] }, [source]);
    const { permission } = (
      await send('border-analyst', 'permissions', {
        of: [source],
        action: 'disclose',
        recipient: partner,
        terms: 'As it is.',
      })
    ).body;
    await send('coastal-authoriser', `permissions/${permission}/grant`, {});
    const carryOut = await approved(derived, 'border');
    const both = [
      () => send('coastal-authoriser', `permissions/${permission}/revoke`, { reason: 'The source is at risk.' }),
      () => send('border-analyst', carryOut, {}),
    ];
    const answers = await Promise.all((round % 2 === 0 ? both : both.toReversed()).map((act) => act()));
    const [revoked, carried] = round % 2 === 0 ? answers : answers.toReversed();
    expect(revoked?.status).toBe(200);
    seen.add(`${carried?.status} ${carried?.body.code ?? 'carried out'}`);
    if (carried?.status !== 200) continue;
    const release = `release-${carryOut.split('/')[1]}`;
    expect(await order([release, 'release.carried-out'], [`permission-${permission}`, 'permission.revoked'])).toEqual([
      'release.carried-out',
      'permission.revoked',
    ]);
  }
  expect([...seen].sort()).toEqual(['200 carried out', '409 release.permission-missing']);
}, 120_000);

it('R4: no copy stays wider than what it was made of, however close a regrade comes to its release', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS || (seen.size < 2 && round < AT_MOST); round += 1) {
    const report = await said('coastal-analyst', {});
    const carryOut = await approved(report, 'coastal');
    const both = [
      () =>
        send('coastal-analyst', `assertions/${report}/regrade`, {
          marking: { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER+STRICT' },
          reason: 'A life.',
        }),
      () => send('coastal-analyst', carryOut, {}),
    ];
    const answers = await Promise.all((round % 2 === 0 ? both : both.toReversed()).map((act) => act()));
    const [regraded, carried] = round % 2 === 0 ? answers : answers.toReversed();
    expect(regraded?.status).toBe(200);
    seen.add(`${carried?.status} ${carried?.body.code ?? 'carried out'}`);
    const copy = carried?.body.copy;
    if (copy === undefined) continue;
    const { rows } = await app.owner.query<{ tlp: string }>(
      `SELECT body::jsonb #>> '{marking,tlp}' AS tlp FROM events WHERE stream = $1 ORDER BY stream_version DESC LIMIT 1`,
      [`assertion-${copy}`],
    );
    expect(rows).toEqual([{ tlp: 'AMBER+STRICT' }]);
  }
  expect([...seen].sort()).toEqual(['200 carried out', '409 release.recipients-changed']);
}, 120_000);
