import { randomUUID } from 'node:crypto';
import type { ProblemDocument } from '#runtime';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import { itemBody, orderBody, referralBody } from '../../../test/support/referrals.js';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import type { ReferralPage } from './referral-list.js';

let app: TestCommandApp;
beforeAll(async () => {
  app = await openTestCommandApp('referrals');
}, STARTUP_MS);
afterAll(() => app?.close());

type Body = ProblemDocument & {
  id: string;
  referral: string;
  state: string;
  until: string;
  submittedAt: string;
  dueAt: string;
  missing: { pointer: string; code: string }[];
  items: { state: string; entity: string; deadline?: { dueAt: string } }[];
  hold?: object;
};

async function send(persona: string, route: string, json: object, headers = newKey()): Promise<Answer<Body>> {
  return call(app.address, `POST /v1/${route}`, {
    token: await app.tokenOf(persona),
    json: { purpose: 'operation-tern', ...json },
    headers,
  });
}

async function look<T = Body>(persona: string, path: string): Promise<Answer<T>> {
  return call(app.address, `GET /v1/${path}`, {
    token: await app.tokenOf(persona),
    headers: { 'breakwater-purpose': 'operation-tern' },
  });
}

async function drafted(changes: object = {}, persona = 'coastal-referrer'): Promise<string> {
  const { status, body } = await send(persona, 'referrals', referralBody(changes));
  expect([status, body.code]).toEqual([201, undefined]);
  return body.referral;
}

const told = ({ faults = [] }: ProblemDocument): string[] => faults.map(({ pointer, code }) => `${pointer} ${code}`);
const check = (referral: string): Promise<Answer<Body>> => send('coastal-referrer', `referrals/${referral}/check`, {});

describe('a draft', () => {
  it('says at once what is missing before it can leave, and is refused at the check for that', async () => {
    const items = [itemBody(undefined, { evidence: [] })];
    const { status, body } = await send(
      'coastal-referrer',
      'referrals',
      referralBody({ instrument: 'dsa-16-notice', items }),
    );
    const missing = [
      '/items/0/evidence evidence.missing',
      '/ground/basis ground.not-of-instrument',
      '/paperwork/contactPoint contact-point.missing',
      '/paperwork/goodFaith good-faith.missing',
    ];
    expect([status, body.state]).toEqual([201, 'drafted']);
    expect(body.missing.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(missing);
    const checked = await check(body.referral);
    expect([checked.status, told(checked.body)]).toEqual([400, missing]);
    const revised = await send(
      'coastal-referrer',
      `referrals/${body.referral}/revise`,
      referralBody({ marking: undefined }),
    );
    expect([revised.status, revised.body.missing]).toEqual([200, []]);
    expect((await check(body.referral)).body.state).toBe('deconfliction-pending');
  });

  it.each([
    ['/platform platform.unknown', { platform: randomUUID() }],
    ['/platform platform.unknown', { platform: ORGANISATIONS.border.organisation }],
    [
      '/items/0/location item.other-platform',
      { items: [itemBody(undefined, { location: 'https://t.me/crossings/7' })] },
    ],
    ['/instrument instrument.unknown', { instrument: 'fax' }],
    ['/basis/0 basis.unknown', { basis: [randomUUID()] }],
    ['/successorOf successor.unknown', { successorOf: randomUUID() }],
    [
      '/marking/compartment marking.not-your-compartment',
      { marking: { gsc: 'OFFICIAL', tlp: 'AMBER', compartment: 'saltmarsh' } },
    ],
  ])('is refused by its place: %s', async (fault, changes) => {
    const { status, body } = await send('coastal-referrer', 'referrals', referralBody(changes));
    expect([status, told(body)]).toEqual([400, [fault]]);
  });

  it('takes the same item once, however its link is written', async () => {
    const spelled = ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'https://youtu.be/dQw4w9WgXcQ?t=3'];
    const { body } = await send(
      'coastal-referrer',
      'referrals',
      referralBody({ items: spelled.map((location) => itemBody(undefined, { location })) }),
    );
    expect(told(body)).toEqual(['/items/1 item.twice']);
  });

  it('is an agency’s alone to make, and its own agency’s alone to see', async () => {
    const referral = await drafted();
    const nobody = randomUUID();
    for (const [persona, at] of [
      ['border-referrer', referral],
      ['coastal-referrer', nobody],
    ] as const) {
      const shown = await look<ProblemDocument>(persona, `referrals/${at}`);
      const checked = await send(persona, `referrals/${at}/check`, {});
      expect([shown.status, checked.status, checked.body.code]).toEqual([404, 404, 'not-found']);
    }
  });
});

describe('the check', () => {
  it('waits for the same window with every referral, and lists what is most pressing first', async () => {
    const routine = await drafted();
    const order = await drafted(orderBody());
    const life = await drafted({ urgency: 'threat-to-life' });
    const { body } = await check(routine);
    const wait = Date.parse(body.until) - Date.now();
    expect(Math.abs(wait - 900_000)).toBeLessThan(60_000);
    const { referrals } = (await look<ReferralPage>('coastal-analyst', 'referrals?limit=200')).body;
    const places = [life, order, routine].map((one) => referrals.findIndex(({ referral }) => referral === one));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('refuses an item that a colleague has referred, names the referral, and says nothing of one in secret', async () => {
    const items = [itemBody(), itemBody()];
    const first = await drafted({ items });
    const second = await drafted({ items: items.slice(1) });
    expect((await check(first)).status).toBe(200);
    const { status, body } = await check(second);
    expect([status, body.code, told(body)]).toEqual([409, 'duplicate-of', ['/items/0 duplicate-of']]);
    expect(body.detail).toContain(first);
    const hidden = [itemBody()];
    await app.owner.query(`UPDATE members SET compartments = '{saltmarsh}' WHERE subject = 'coastal-referrer'`);
    const secret = await drafted({
      items: hidden,
      marking: { gsc: 'OFFICIAL', tlp: 'AMBER', compartment: 'saltmarsh' },
    });
    expect((await check(secret)).status).toBe(200);
    await app.owner.query(`UPDATE members SET compartments = '{}' WHERE subject = 'coastal-referrer'`);
    expect((await check(await drafted({ items: hidden }))).status).toBe(200);
    expect((await look(`coastal-referrer`, `referrals/${secret}`)).status).toBe(404);
  });

  it('asks whether what it rests on may be acted on, and says whose consent is missing', async () => {
    const marking = {
      gsc: 'OFFICIAL',
      tlp: 'AMBER',
      handling: ['C'],
      conditions: ['A1', 'S1'],
      releasableTo: [ORGANISATIONS.coastal.organisation],
    };
    const { body: made } = await send('border-analyst', 'assertions', assertionBody({ marking }));
    const narrow = {
      gsc: 'OFFICIAL',
      tlp: 'AMBER',
      handling: ['C'],
      conditions: ['A1', 'S1'],
      releasableTo: [ORGANISATIONS.coastal.organisation],
    };
    const grading = { scheme: '3x5x2', source: '2', information: 'B' };
    const referral = await drafted({ basis: [made.id], grading, marking: narrow });
    const { status, body } = await check(referral);
    expect([status, body.code, told(body)]).toEqual([409, 'referral.not-allowed', ['/basis/0 permission.missing']]);
    const asked = { of: [made.id], action: 'act', recipient: ORGANISATIONS.lumen.organisation, terms: 'One referral.' };
    const { permission } = (await send('coastal-referrer', 'permissions', asked)).body as unknown as {
      permission: string;
    };
    await send('border-authoriser', `permissions/${permission}/grant`, {});
    expect((await check(referral)).body.state).toBe('deconfliction-pending');
  });
});

describe('an override', () => {
  it('takes an authoriser and a reason, and lets a draft leave at once where a life is at stake', async () => {
    const referral = await drafted({ urgency: 'threat-to-life' });
    const given = { reason: 'A boat leaves tonight.' };
    expect((await send('coastal-referrer', `referrals/${referral}/override`, given)).status).toBe(403);
    expect((await send('coastal-authoriser', `referrals/${referral}/override`, {})).status).toBe(400);
    const { status, body } = await send('coastal-authoriser', `referrals/${referral}/override`, given);
    expect([status, body.state]).toEqual([200, 'submitted']);
    const { rows } = await app.owner.query<{ type: string; source: string }>(
      `SELECT type, body::jsonb #>> '{source}' AS source FROM events WHERE stream = $1 ORDER BY stream_version`,
      [`referral-${referral}`],
    );
    expect(rows.map(({ type }) => type)).toEqual([
      'referral.drafted',
      'referral.check-requested',
      'referral.cleared',
      'referral.submitted',
    ]);
    const removals = await app.owner.query('SELECT 1 FROM removal_requests WHERE referral = $1', [referral]);
    expect(removals.rowCount).toBe(1);
  });

  it('from the draft looks for what colleagues have referred as a check does, and not for what the caller may not see', async () => {
    const items = [itemBody(), itemBody()];
    const known = await drafted({ items: items.slice(1) });
    expect((await check(known)).status).toBe(200);
    const urgent = await drafted({ items, urgency: 'threat-to-life' });
    const override = (referral: string): Promise<Answer<Body>> =>
      send('coastal-authoriser', `referrals/${referral}/override`, { reason: 'A boat leaves tonight.' });
    const { status, body } = await override(urgent);
    expect([status, body.code, told(body)]).toEqual([409, 'duplicate-of', ['/items/1 duplicate-of']]);
    expect(body.detail).toContain(known);
    // What waits already is no duplicate of itself: that one may leave.
    expect((await override(known)).body.state).toBe('submitted');
    await app.owner.query(`UPDATE referrals SET audience = 1 WHERE referral = $1`, [known]);
    expect((await override(urgent)).body.state).toBe('submitted');
  });

  it('starts the clock of a one-hour order at receipt', async () => {
    const referral = await drafted(orderBody());
    await check(referral);
    const { body } = await send('coastal-authoriser', `referrals/${referral}/override`, { reason: 'No time.' });
    expect(Date.parse(body.dueAt) - Date.parse(body.submittedAt)).toBe(3_600_000);
    const shown = (await look('coastal-analyst', `referrals/${referral}`)).body;
    expect(shown.items[0]).toMatchObject({ state: 'submitted', deadline: { dueAt: body.dueAt } });
    const listed = (await look<ReferralPage>('coastal-analyst', 'referrals?state=submitted&limit=200')).body.referrals;
    expect(listed.find((each) => each.referral === referral)?.dueAt?.slice(0, 23)).toBe(body.dueAt.slice(0, 23));
  });
});

describe('a closed referral', () => {
  it('is not taken up again for an item that a colleague waits for by now', async () => {
    const items = [itemBody()];
    const leave = async (changes: object = {}): Promise<string> => {
      const referral = await drafted({ items, urgency: 'threat-to-life', ...changes });
      const given = { reason: 'A boat leaves tonight.' };
      expect((await send('coastal-authoriser', `referrals/${referral}/override`, given)).status).toBe(200);
      return referral;
    };
    const end = (referral: string, step: string, given: object = {}): Promise<Answer<Body>> =>
      send('coastal-referrer', `referrals/${referral}/${step}`, { reason: 'Nobody answers.', ...given });
    const first = await leave();
    expect((await end(first, 'close')).status).toBe(200);
    const second = await leave();
    const { status, body } = await end(first, 'reopen', { because: 'correction' });
    expect([status, body.code, told(body)]).toEqual([409, 'duplicate-of', ['/items/0 duplicate-of']]);
    expect(body.detail).toContain(second);
    expect((await end(second, 'withdraw')).status).toBe(200);
    expect((await end(first, 'reopen', { because: 'correction' })).body.state).toBe('submitted');
  });
});

describe('a decision on what was read', () => {
  it('is refused where it has changed since, and a repeat of a call gets the same answer', async () => {
    const referral = await drafted();
    const before = (await look('coastal-analyst', `referrals/${referral}`)).headers.etag!;
    const key = newKey();
    const first = await send('coastal-referrer', `referrals/${referral}/check`, {}, { ...key, 'if-match': before });
    expect(first.status).toBe(200);
    const again = await send('coastal-referrer', `referrals/${referral}/check`, {}, { ...key, 'if-match': before });
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([200, first.text, 'true']);
    const late = await send(
      'coastal-referrer',
      `referrals/${referral}/withdraw`,
      { reason: 'Known.' },
      { ...newKey(), 'if-match': before },
    );
    expect([late.status, late.body.code]).toEqual([412, 'etag.changed']);
    const now = (await look('coastal-analyst', `referrals/${referral}`)).headers.etag!;
    const taken = await send(
      'coastal-referrer',
      `referrals/${referral}/withdraw`,
      { reason: 'Known.' },
      { ...newKey(), 'if-match': now },
    );
    expect([taken.status, taken.body.state]).toEqual([200, 'withdrawn']);
  });
});

describe('the list', () => {
  it('goes on where the page before ended, and only with the caller’s own cursor', async () => {
    const all = (await look<ReferralPage>('coastal-analyst', 'referrals?limit=200')).body.referrals;
    const pages: string[] = [];
    for (let after = '', more = true; more;) {
      const { body } = await look<ReferralPage>('coastal-analyst', `referrals?limit=3${after}`);
      pages.push(...body.referrals.map(({ referral }) => referral));
      more = body.truncated;
      after = `&after=${body.after ?? ''}`;
    }
    expect(pages).toEqual(all.map(({ referral }) => referral));
    const { after = '' } = (await look<ReferralPage>('coastal-analyst', 'referrals?limit=3')).body;
    const other = await look<ProblemDocument>('coastal-referrer', `referrals?limit=3&after=${after}`);
    expect([other.status, other.body.code]).toEqual([400, 'cursor.not-valid']);
    expect((await look<ReferralPage>('border-analyst', 'referrals')).body).toEqual({ referrals: [], truncated: false });
  });
});

describe('checks of one organisation', () => {
  it('are limited in an hour, and whoever asked too often is told when again', async () => {
    const limited = await openTestCommandApp('referrals', { BREAKWATER_DECONFLICTION_CHECKS_PER_HOUR: '2' });
    try {
      const post = async (agency: string, route: string, json: object): Promise<Answer<Body>> =>
        call(limited.address, `POST /v1/${route}`, {
          token: await limited.tokenOf(`${agency}-referrer`),
          json: { purpose: 'operation-tern', ...json },
          headers: newKey(),
        });
      const checked = async (agency: string): Promise<Answer<Body>> => {
        const { body } = await post(agency, 'referrals', referralBody());
        return post(agency, `referrals/${body.referral}/check`, {});
      };
      expect([(await checked('coastal')).status, (await checked('coastal')).status]).toEqual([200, 200]);
      const { status, body, headers } = await checked('coastal');
      expect([status, body.code]).toEqual([429, 'deconfliction.too-many']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(3_500);
      expect((await checked('border')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});
