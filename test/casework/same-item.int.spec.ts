import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { CaseworkStand } from '../support/casework-stand.js';
import { itemBody } from '../support/referrals.js';

let stand: CaseworkStand;
beforeAll(async () => {
  stand = await CaseworkStand.open('same-item');
}, STARTUP_MS);
afterAll(() => stand?.close());

const AGENCIES = ['coastal', 'border', 'partner'] as const;
const TIMES = 50;
/** One item, under five spellings of its link. */
const SPELLINGS = [
  'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
  'https://youtu.be/dQw4w9WgXcQ',
  'https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=10s',
  'youtube.com/shorts/dQw4w9WgXcQ',
  'https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0',
];

interface Inbox {
  removals: { removal: string }[];
}

describe('the same item, referred fifty times at once by three agencies', () => {
  it('reaches the platform once, and no agency learns of another', async () => {
    const calls = await Promise.all(
      Array.from({ length: TIMES }, async (_, at) => {
        const agency = AGENCIES[at % AGENCIES.length]!;
        const items = [itemBody('', { kind: 'video', location: SPELLINGS[at % SPELLINGS.length] })];
        const referral = await stand.drafted(`${agency}-referrer`, { items });
        return { agency, referral, ...(await stand.send(`${agency}-referrer`, `referrals/${referral}/check`, {})) };
      }),
    );
    const accepted = calls.filter(({ status }) => status === 200);
    expect(accepted.map(({ agency }) => agency).sort()).toEqual([...AGENCIES].sort());
    for (const { status, body, agency } of calls.filter((one) => !accepted.includes(one))) {
      expect([status, body.code]).toEqual([409, 'duplicate-of']);
      expect(body.detail).toContain(accepted.find((one) => one.agency === agency)!.referral);
    }

    await Promise.all([stand.endChecks(), stand.endChecks(), stand.endChecks()]);
    const { removals } = (await stand.look<Inbox>('lumen-moderator', 'inbox')).body;
    expect(removals).toHaveLength(1);
    const requests = await stand.app.owner.query<{ organisation: string }>('SELECT organisation FROM removal_requests');
    expect(requests.rows.map(({ organisation }) => organisation).sort()).toEqual(
      AGENCIES.map((agency) => ORGANISATIONS[agency].organisation as string).sort(),
    );
    const { removal } = removals[0]!;
    const effectiveAt = `${new Date().toISOString().slice(0, 19)}Z`;
    const outcome = { result: 'actioned', effect: 'removed', effectiveAt };
    expect((await stand.send('lumen-moderator', `inbox/${removal}/decide`, { outcome })).status).toBe(200);

    for (const { agency, referral } of accepted) {
      const everything = await Promise.all(
        [`referrals/${referral}`, 'referrals?limit=200', 'notices'].map((path) =>
          stand.look(`${agency}-referrer`, path),
        ),
      );
      expect(everything[0]!.body).toMatchObject({ state: 'answered', items: [{ state: 'actioned', outcome }] });
      const shown = everything.map(({ text }) => text).join();
      expect(shown).not.toContain(removal);
      for (const other of AGENCIES.filter((one) => one !== agency)) {
        expect(shown).not.toContain(ORGANISATIONS[other].organisation);
        expect(shown).not.toContain(accepted.find((one) => one.agency === other)!.referral);
      }
      await neverNamed(referral, removal);
    }
  });
});

/** Neither in what was said nor in what surrounds it: the agency's events share no trace with the platform's. */
async function neverNamed(referral: string, removal: string): Promise<void> {
  const { rows } = await stand.app.owner.query<{ body: string }>('SELECT body FROM events WHERE stream = $1', [
    `referral-${referral}`,
  ]);
  expect(rows.map(({ body }) => body).join()).not.toContain(removal);
  const traces = rows.map(({ body }) => (JSON.parse(body) as { correlationId: string }).correlationId);
  const answered = await stand.app.owner.query<{ stream: string }>(
    `SELECT DISTINCT stream FROM events WHERE type = 'referral.answered' AND body::jsonb ->> 'correlationId' = ANY ($1)`,
    [traces],
  );
  expect(answered.rows.map(({ stream }) => stream)).toEqual([`referral-${referral}`]);
}
