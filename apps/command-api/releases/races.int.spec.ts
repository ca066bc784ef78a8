import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';

const partner = ORGANISATIONS.partner.organisation;
const border = ORGANISATIONS.border.organisation;
const coastal = ORGANISATIONS.coastal.organisation;
/**
 * How many answers of the service the second of the two waits for before it sets out: counted in answers and not in time, so
 * that they come close on any machine. The last waits until the first is done, so that each is first at least once.
 */
const LEADS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, Infinity];

interface Race {
  lead: number;
  otherFirst: boolean;
}
const RACES: Race[] = LEADS.flatMap((lead) => [true, false].map((otherFirst) => ({ lead, otherFirst })));

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

type Act = () => Promise<Answer<Body>>;

/** The answers of both, the first named first, whichever of them set out first. */
async function race(act: Act, other: Act, { lead, otherFirst }: Race): Promise<Answer<Body>[]> {
  const [first, second] = otherFirst ? [other, act] : [act, other];
  const running = first();
  if (lead === Infinity) await running;
  else for (let answers = 0; answers < lead; answers += 1) await call(app.address, 'GET /health/live');
  const answers = await Promise.all([running, second()]);
  return otherFirst ? answers.toReversed() : answers;
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
  for (const each of RACES) {
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
    const [revoked, carried] = await race(
      () => send('coastal-authoriser', `permissions/${permission}/revoke`, { reason: 'The source is at risk.' }),
      () => send('border-analyst', carryOut, {}),
      each,
    );
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
});

it('R4: no copy stays wider than what it was made of, however close a regrade comes to its release', async () => {
  const seen = new Set<string>();
  for (const each of RACES) {
    const report = await said('coastal-analyst', {});
    const carryOut = await approved(report, 'coastal');
    const marking = { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER+STRICT' };
    const [regraded, carried] = await race(
      () => send('coastal-analyst', `assertions/${report}/regrade`, { marking, reason: 'A life.' }),
      () => send('coastal-analyst', carryOut, {}),
      each,
    );
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
});
