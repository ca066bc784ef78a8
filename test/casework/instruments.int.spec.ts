import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { CaseworkStand } from '../support/casework-stand.js';
import { orderBody, referralBody } from '../support/referrals.js';

let stand: CaseworkStand;
beforeAll(async () => {
  stand = await CaseworkStand.open('instruments');
}, STARTUP_MS);
afterAll(() => stand?.close());

const HOUR = 3_600_000;

interface Shown {
  state: string;
  items: { state: string; outcome?: object; deadline?: { dueAt: string; stoppedAt?: string; suspended: object[] } }[];
  submittedAt: string;
  follows: { statementOfReasons: string };
}
interface Inbox {
  removals: { removal: string; priority: string }[];
}

const shown = async (referral: string): Promise<Shown> =>
  (await stand.look<Shown>('coastal-analyst', `referrals/${referral}`)).body;
const platform = (removal: string, act: string, json: object) =>
  stand.send('lumen-moderator', `inbox/${removal}/${act}`, json);

async function received(body: object): Promise<{ referral: string; removal: string; priority: string }> {
  const before = new Set((await inbox()).map(({ removal }) => removal));
  const referral = await stand.checked('coastal-referrer', body);
  await stand.endChecks();
  const [found] = (await inbox()).filter(({ removal }) => !before.has(removal));
  return { referral, removal: found!.removal, priority: found!.priority };
}

async function inbox(): Promise<Inbox['removals']> {
  return (await stand.look<Inbox>('lumen-moderator', 'inbox?limit=200')).body.removals;
}

describe('a voluntary referral, from the draft to its end', () => {
  it('has no deadline, is refused with a countable reason, and expects a statement to the uploader', async () => {
    const { referral, removal, priority } = await received(referralBody());
    expect(priority).toBe('routine');
    await platform(removal, 'acknowledge', {});
    expect((await shown(referral)).state).toBe('acknowledged');
    const outcome = {
      result: 'no-violation',
      effect: 'none',
      reason: 'asking-is-permitted',
      words: 'Asking is permitted.',
    };
    expect((await platform(removal, 'decide', { outcome })).status).toBe(200);
    const answered = await shown(referral);
    expect(answered).toMatchObject({
      state: 'answered',
      follows: { statementOfReasons: 'expected' },
      items: [{ outcome }],
    });
    expect(answered.items[0]).not.toHaveProperty('deadline');
    const found = { item: 0, finding: 'verified-unavailable', at: '2026-11-20T10:00:00Z', vantage: 'GB' };
    expect((await stand.send('coastal-referrer', `referrals/${referral}/findings`, found)).status).toBe(200);
    const closed = await stand.send<{ state: string }>('coastal-referrer', `referrals/${referral}/close`, {
      reason: 'Gone.',
    });
    expect(closed.body.state).toBe('closed');
    expect((await shown(referral)).items[0]).toMatchObject({
      state: 'no-violation',
      findings: [{ finding: 'verified-unavailable' }],
    });
  });
});

describe('a one-hour order, from the draft to its end', () => {
  it('stops where information is missing, starts anew with the answer, and owes no statement to the uploader', async () => {
    const { referral, removal, priority } = await received(orderBody());
    expect(priority).toBe('one-hour');
    const first = await shown(referral);
    expect(Date.parse(first.items[0]!.deadline!.dueAt) - Date.parse(first.submittedAt)).toBe(HOUR);
    expect(first.follows.statementOfReasons).toBe('not-owed');

    await platform(removal, 'ask', { reason: 'insufficient-information', question: 'Which of the two speakers?' });
    const stopped = (await shown(referral)).items[0]!;
    expect([stopped.state, stopped.deadline?.stoppedAt !== undefined]).toEqual(['needs-information', true]);
    const text = { item: 0, text: 'The first.' };
    expect((await stand.send('coastal-referrer', `referrals/${referral}/information`, text)).status).toBe(200);
    const { deadline } = (await shown(referral)).items[0]!;
    const [{ to }] = deadline!.suspended as [{ to: string }];
    expect(Date.parse(deadline!.dueAt) - Date.parse(to)).toBe(HOUR);

    const outcome = {
      result: 'actioned',
      effect: 'removed',
      effectiveAt: `${new Date().toISOString().slice(0, 19)}Z`,
      territory: ['DE', 'FR'],
      ground: { basis: 'law', provision: 'Regulation (EU) 2021/784 art. 3' },
      preservedUntil: new Date(Date.now() + 183 * 24 * HOUR).toISOString(),
    };
    expect((await platform(removal, 'decide', { outcome })).status).toBe(200);
    await stand.breachDeadlines();
    expect(await shown(referral)).toMatchObject({ state: 'answered', items: [{ state: 'actioned', outcome }] });
    expect(await stand.types(referral)).not.toContain('deadline.breached');
    const withdrawn = await stand.send('coastal-referrer', `referrals/${referral}/withdraw`, { reason: 'Too late.' });
    expect([withdrawn.status, withdrawn.body.code]).toEqual([409, 'referral.answered']);
  });

  it('is refused as a first one to a platform that was not informed twelve hours before', async () => {
    const { status, body } = await stand.send<{ referral: string }>(
      'border-referrer',
      'referrals',
      orderBody({ paperwork: { contactPoint: 'Border desk', redress: 'The court.' } }),
    );
    expect(status).toBe(201);
    const checked = await stand.send('border-referrer', `referrals/${body.referral}/check`, {});
    expect(checked.body.faults?.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/paperwork/informedAt first-order.not-informed',
    ]);
  });

  it('is listed with the others for all who may use them', async () => {
    const { body } = await stand.look<{ instruments: { code: string; source: string }[] }>(
      'lumen-moderator',
      'instruments',
    );
    expect(body.instruments.map(({ code }) => code)).toContain('tco-removal-order');
  });
});

describe('what cannot be done', () => {
  it('is said with a code: outcome before submission, another agency’s referral, one character too many', async () => {
    const referral = await stand.drafted('coastal-referrer');
    const codes = [];
    for (const [persona, path, json] of [
      ['coastal-referrer', `referrals/${referral}/close`, { reason: 'Done.' }],
      ['coastal-referrer', `referrals/${referral}/submit`, {}],
      ['coastal-referrer', `referrals/${referral}/information`, { item: 0, text: 'The first.' }],
      ['partner-referrer', `referrals/${referral}/withdraw`, { reason: 'Not mine.' }],
      ['coastal-referrer', `referrals/${referral}/withdraw`, { reason: 'x'.repeat(2001) }],
      ['lumen-moderator', 'referrals', referralBody()],
    ] as const) {
      const { status, body } = await stand.send(persona, path, json);
      codes.push([status, body.code]);
    }
    expect(codes).toEqual([
      [409, 'referral.not-submitted'],
      [409, 'referral.not-cleared'],
      [409, 'referral.not-submitted'],
      [404, 'not-found'],
      [400, 'input.invalid'],
      [403, 'role.missing'],
    ]);
  });
});
