import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import type { EventLog } from '#event-log';
import { Alarms, createLogger } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import { BREAKS, breakingOff, type Break } from '../../../test/support/breaking-off.js';
import { assertionBody } from '../../../test/support/assertions.js';
import { CaseworkStand } from '../../../test/support/casework-stand.js';
import { orderReceived } from '../../../test/support/past-referrals.js';
import { itemBody } from '../../../test/support/referrals.js';
import { TIMEKEEPER_LEASE, Timekeeper } from '../timekeeper.js';
import { TimekeeperMetrics } from '../timekeeper-metrics.js';
import { breachDeadlines } from './breach-deadlines.js';

let stand: CaseworkStand;
beforeAll(async () => {
  stand = await CaseworkStand.open('timekeeper-referrals');
}, STARTUP_MS);
afterAll(() => stand?.close());

const HANDLE = (name: string): object => ({
  kind: 'account',
  location: name,
  platform: 'tiktok',
  evidence: [evidence],
});
const [
  {
    evidence: [evidence],
  },
] = [itemBody() as { evidence: [object] }];
const inAYear = new Date(Date.now() + 300 * 86_400_000).toISOString();

async function interest(name: string, changes: object = {}): Promise<string> {
  const { status, body, text } = await stand.send<{ interest: string }>('border-analyst', 'interests', {
    entities: [{ kind: 'handle', value: name, platform: 'tiktok' }],
    covert: false,
    contact: 'Border desk',
    until: inAYear,
    marking: { gsc: 'OFFICIAL', tlp: 'AMBER' },
    ...changes,
  });
  if (status !== 201) throw new Error(text);
  return body.interest;
}

const refer = (name: string, changes: object = {}): Promise<string> =>
  stand.checked('coastal-referrer', { items: [HANDLE(name)], ...changes });

interface Shown {
  state: string;
  hold?: { until: string; contact: string };
}
const shown = async (referral: string): Promise<Shown> =>
  (await stand.look<Shown>('coastal-analyst', `referrals/${referral}`)).body;

interface Notice {
  kind: string;
  about: string;
  details: Record<string, unknown>;
}
async function noticesOf(persona: string, kind: string): Promise<Notice[]> {
  const { body } = await stand.look<{ notices: Notice[] }>(persona, 'notices?limit=200');
  return body.notices.filter((each) => each.kind === kind);
}

async function holds(): Promise<{ check: string; interest: string; until: string; entities: string[] }[]> {
  return (
    await stand.look<{ holds: { check: string; interest: string; until: string; entities: string[] }[] }>(
      'border-analyst',
      'deconfliction/holds',
    )
  ).body.holds;
}

async function holdOn(of: string): Promise<string> {
  return (await holds()).find((each) => each.interest === of)?.check ?? 'none';
}

const answer = (check: string, how: 'release' | 'keep', given: object = {}, persona = 'border-analyst') =>
  stand.send(persona, `deconfliction/holds/${check}/${how}`, { reason: 'As agreed by telephone.', ...given });

describe('the end of a window', () => {
  it('lets a referral leave in which nobody has an interest, or only its own organisation', async () => {
    const { body } = await stand.send<{ interest: string }>('coastal-analyst', 'interests', {
      entities: [{ kind: 'handle', value: 'own_crossings', platform: 'tiktok' }],
      covert: false,
      contact: 'Coastal desk',
      until: inAYear,
      marking: { gsc: 'OFFICIAL', tlp: 'AMBER' },
    });
    expect(body.interest).toBeDefined();
    const referral = await refer('own_crossings');
    await stand.endChecks();
    expect(await stand.types(referral)).toEqual([
      'referral.drafted',
      'referral.check-requested',
      'referral.cleared',
      'referral.submitted',
    ]);
    expect(await noticesOf('coastal-analyst', 'interest.checked')).toEqual([]);
  });

  it('holds it for the open interest of another one, and names the desk and nobody else', async () => {
    const declared = await interest('held_crossings');
    const referral = await refer('held_crossings');
    await stand.endChecks();
    await stand.endChecks();
    const { state, hold } = await shown(referral);
    expect([state, hold?.contact]).toEqual(['held', 'Deconfliction desk']);
    expect(await stand.types(referral)).toHaveLength(3);
    expect((await noticesOf('coastal-referrer', 'referral.held')).map(({ about }) => about)).toContain(referral);
    const [told] = await noticesOf('border-analyst', 'interest.checked');
    expect(told?.details).toMatchObject({
      interest: declared,
      holds: true,
      asks: 'an agency, by way of the deconfliction desk',
    });
    const words = JSON.stringify([told, await holds()]);
    expect(words).not.toContain(referral);
    expect(words).not.toContain(ORGANISATIONS.coastal.organisation);
    expect(JSON.stringify(await shown(referral))).not.toContain(ORGANISATIONS.border.organisation);
  });

  it('is told to the owner of a covert interest, and shows in nothing else', async () => {
    await interest('covert_crossings', { covert: true });
    const before = (await noticesOf('border-analyst', 'interest.checked')).length;
    const referral = await refer('covert_crossings');
    await stand.endChecks();
    expect((await shown(referral)).state).toBe('submitted');
    const told = await noticesOf('border-analyst', 'interest.checked');
    expect([told.length - before, told[0]?.details['holds']]).toEqual([1, false]);
    expect((await answer(String(told[0]?.about), 'release')).body.code).toBe('hold.none');
  });

  it('passes over interests that have ended', async () => {
    const declared = await interest('ended_crossings');
    const ended = await stand.send('border-analyst', `interests/${declared}/end`, { reason: 'The case is closed.' });
    expect(ended.status).toBe(200);
    const referral = await refer('ended_crossings');
    await stand.endChecks();
    expect((await shown(referral)).state).toBe('submitted');
  });

  it('leaves to a person what rests on something that has been withdrawn, or on a consent that was revoked', async () => {
    const grading = { scheme: '3x5x2', source: '2', information: 'B' };
    const open = { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'] };
    const said = async (marking: object): Promise<string> =>
      (await stand.send<{ id: string }>('border-analyst', 'assertions', assertionBody({ marking }))).body.id;
    const own = (await stand.send<{ id: string }>('coastal-analyst', 'assertions', assertionBody({ marking: open })))
      .body.id;
    const withdrawn = await refer('withdrawn_basis', { basis: [own], grading, marking: open });
    const strict = {
      ...open,
      handling: ['C'],
      conditions: ['A1', 'S1'],
      releasableTo: [ORGANISATIONS.coastal.organisation],
    };
    const theirs = await said(strict);
    const asked = { of: [theirs], action: 'act', recipient: ORGANISATIONS.lumen.organisation, terms: 'One referral.' };
    const { permission } = (await stand.send<{ permission: string }>('coastal-referrer', 'permissions', asked)).body;
    await stand.send('border-authoriser', `permissions/${permission}/grant`, {});
    const revoked = await refer('revoked_basis', { basis: [theirs], grading, marking: strict });
    await stand.send('coastal-analyst', `assertions/${own}/withdraw`, { reason: 'It was another account.' });
    await stand.send('border-authoriser', `permissions/${permission}/revoke`, { reason: 'Too dangerous now.' });
    await stand.endChecks();
    expect([(await shown(withdrawn)).state, (await shown(revoked)).state]).toEqual(['cleared', 'cleared']);
  });

  it('leaves to a person what may not be acted on any more', async () => {
    const marking = { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'] };
    const made = (await stand.send<{ id: string }>('coastal-analyst', 'assertions', assertionBody({ marking }))).body
      .id;
    const grading = { scheme: '3x5x2', source: '2', information: 'B' };
    const referral = await refer('regraded_crossings', { basis: [made], grading, marking });
    await stand.send('coastal-analyst', `assertions/${made}/regrade`, {
      marking: { ...marking, handling: ['C'], conditions: ['A2', 'S1'] },
      reason: 'A covert source.',
    });
    await stand.endChecks();
    expect((await shown(referral)).state).toBe('cleared');
    expect((await noticesOf('coastal-referrer', 'referral.cleared')).map(({ about }) => about)).toContain(referral);
    const refused = await stand.send('coastal-referrer', `referrals/${referral}/submit`, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'referral.not-allowed']);
    await stand.send('coastal-authoriser', `assertions/${made}/regrade`, {
      marking,
      reason: 'The source is known now.',
    });
    const sent = await stand.send<{ state: string }>('coastal-referrer', `referrals/${referral}/submit`, {});
    expect(sent.body.state).toBe('submitted');
  });
});

describe('a hold', () => {
  it('ends when its owner has no objection, and is nobody else’s to answer', async () => {
    const declared = await interest('released_crossings');
    const referral = await refer('released_crossings');
    await stand.endChecks();
    const check = await holdOn(declared);
    expect((await answer(check, 'release', {}, 'partner-analyst')).status).toBe(404);
    expect((await answer(randomUUID(), 'release')).status).toBe(404);
    expect((await answer(check, 'release')).status).toBe(200);
    expect((await answer(check, 'release')).body.code).toBe('hold.ended');
    await stand.endChecks();
    expect((await shown(referral)).state).toBe('submitted');
    expect(await holdOn(declared)).toBe('none');
  });

  it('lasts as long as one of several owners keeps it, which whoever waits is told', async () => {
    const [first, second] = [await interest('two_crossings'), await interest('two_crossings')];
    const referral = await refer('two_crossings');
    await stand.endChecks();
    const [one, other] = [await holdOn(first), await holdOn(second)];
    const kept = new Date(Date.now() + 6 * 86_400_000).toISOString();
    expect((await answer(one, 'keep', { until: kept })).status).toBe(200);
    await answer(other, 'release');
    await stand.endChecks();
    expect(await shown(referral)).toMatchObject({ state: 'held', hold: { until: kept } });
    const version = (await stand.types(referral)).length;
    await stand.endChecks();
    expect(await stand.types(referral)).toHaveLength(version);
    await answer(one, 'release');
    await stand.endChecks();
    expect((await shown(referral)).state).toBe('submitted');
  });

  it.each([
    ['in the past', -1],
    ['for longer than two weeks', 15 * 24],
    ['and ends before it would anyway', 24],
  ])('is not kept %s', async (_, hours) => {
    const declared = await interest(`bounds${Math.abs(hours)}_crossings`);
    await refer(`bounds${Math.abs(hours)}_crossings`);
    await stand.endChecks();
    const { body } = await answer(await holdOn(declared), 'keep', {
      until: new Date(Date.now() + hours * 3_600_000).toISOString(),
    });
    expect(body.faults?.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(['/until interest.until']);
  });

  it('that nobody answers is told once, half-way, to those with a say', async () => {
    const declared = await interest('unanswered_crossings');
    await refer('unanswered_crossings');
    await stand.endChecks();
    await stand.escalateHolds();
    const check = await holdOn(declared);
    expect((await noticesOf('border-authoriser', 'hold.unanswered')).map(({ about }) => about)).not.toContain(check);
    await stand.app.owner.query(`UPDATE interest_checks SET escalate_at = now() WHERE "check" = $1`, [check]);
    await Promise.all([stand.escalateHolds(), stand.escalateHolds()]);
    const told = await noticesOf('border-authoriser', 'hold.unanswered');
    expect(told.filter(({ about }) => about === check)).toHaveLength(1);
  });

  it('falls when an authoriser overrides it or the referral is withdrawn', async () => {
    const [first, second] = [await interest('overridden_crossings'), await interest('withdrawn_crossings')];
    const overridden = await refer('overridden_crossings');
    const withdrawn = await refer('withdrawn_crossings');
    await stand.endChecks();
    await stand.send('coastal-authoriser', `referrals/${overridden}/override`, { reason: 'They sail tonight.' });
    await stand.send('coastal-referrer', `referrals/${withdrawn}/withdraw`, { reason: 'Known.' });
    expect([(await shown(overridden)).state, (await shown(withdrawn)).state]).toEqual(['submitted', 'withdrawn']);
    expect([await holdOn(first), await holdOn(second)]).toEqual(['none', 'none']);
  });
});

const HOUR = 3_600_000;
const breaches = async (referral: string): Promise<number> =>
  (await stand.types(referral)).filter((type) => type === 'deadline.breached').length;

function working(log: EventLog, holder: string, signal: AbortSignal): Promise<void> {
  const figures = new Registry();
  const logger = createLogger('timekeeper', 'info', { write: () => undefined });
  const lease = log.lease(TIMEKEEPER_LEASE, { holder, seconds: 1 });
  const alarms = new Alarms('timekeeper', logger, figures);
  const duties = [breachDeadlines({ log, lease })];
  return new Timekeeper({ log, lease, duties, alarms, metrics: new TimekeeperMetrics(figures), logger }).run(signal);
}

describe('a deadline that has passed', () => {
  it('is told once for each item, to the agency and to the platform, and not before', async () => {
    const late = await orderReceived(stand.app.store.log, new Date(Date.now() - HOUR - 60_000), 2);
    const soon = await orderReceived(stand.app.store.log, new Date(Date.now() - HOUR + 60_000));
    await stand.breachDeadlines();
    await stand.breachDeadlines();
    expect([await breaches(late), await breaches(soon)]).toEqual([2, 0]);
    const agency = await noticesOf('coastal-referrer', 'deadline.breached');
    expect(agency.map(({ details }) => [details['referral'], details['item']]).sort()).toEqual([
      [late, 0],
      [late, 1],
    ]);
    const platform = await noticesOf('lumen-moderator', 'deadline.breached');
    expect(platform).toHaveLength(2);
    expect(JSON.stringify(platform)).not.toContain(late);
  });

  it('is told once by two timekeepers, whose every other act breaks off before, in or after its transaction', async () => {
    const { log } = stand.app.store;
    const orders = await Promise.all(
      Array.from({ length: 12 }, () => orderReceived(log, new Date(Date.now() - HOUR - 1_000))),
    );
    let acts = 0;
    const broken: Break[] = [];
    const breaking = breakingOff(log, () => {
      acts += 1;
      const at = acts % 2 === 0 ? BREAKS[(acts / 2) % BREAKS.length] : undefined;
      if (at !== undefined) broken.push(at);
      return at;
    });
    const stop = new AbortController();
    const keepers = ['first', 'second'].map((holder) => working(breaking, holder, stop.signal));
    await until('not every breach was told', async () => {
      // Whoever is at work loses its lease again and again, and the other one takes over.
      await stand.app.owner.query(`UPDATE leases SET until = now() - interval '1 second' WHERE name = $1`, [
        TIMEKEEPER_LEASE,
      ]);
      return (await stand.app.owner.query('SELECT 1 FROM referral_items WHERE due_at <= now()')).rowCount === 0;
    });
    stop.abort();
    await Promise.all(keepers);
    expect(new Set(broken)).toEqual(new Set(BREAKS));
    for (const order of orders) expect(await breaches(order)).toBe(1);
    const told = await noticesOf('coastal-referrer', 'deadline.breached');
    for (const order of orders) expect(told.filter(({ details }) => details['referral'] === order)).toHaveLength(1);
  });

  it('is not told by one that was overtaken: what it appended is rolled back', async () => {
    const { log } = stand.app.store;
    const order = await orderReceived(log, new Date(Date.now() - HOUR - 1_000));
    await stand.app.owner.query(`UPDATE leases SET until = now() - interval '1 second' WHERE name = $1`, [
      TIMEKEEPER_LEASE,
    ]);
    const overtaken = log.lease(TIMEKEEPER_LEASE, { holder: 'overtaken', seconds: 60 });
    expect(await overtaken.take()).toBe(true);
    await stand.app.owner.query(`UPDATE leases SET until = now() - interval '1 second' WHERE name = $1`, [
      TIMEKEEPER_LEASE,
    ]);
    const active = log.lease(TIMEKEEPER_LEASE, { holder: 'active', seconds: 60 });
    expect(await active.take()).toBe(true);
    const never = new AbortController().signal;
    await expect(breachDeadlines({ log, lease: overtaken }).run(never)).rejects.toMatchObject({ code: 'lease.lost' });
    expect(await breaches(order)).toBe(0);
    await breachDeadlines({ log, lease: active }).run(never);
    expect(await breaches(order)).toBe(1);
    await active.release();
  });
});
