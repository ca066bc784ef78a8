import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { bodyOf, type EventBody, type EventDraft, type Marking, type Outcome, type PlatformAnswer } from '#events';
import { keepCases } from '#casework';
import type { StreamWrite } from '#event-log';
import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import { orderReceived } from '../../../test/support/past-referrals.js';
import { orderBody } from '../../../test/support/referrals.js';
import { Cases, freshVideo, nowish } from '../../../test/support/removals.js';
import type { DifferencesAnswer, FiguresAnswer } from './answers.js';

let app: TestCommandApp;
let cases: Cases;
beforeAll(async () => {
  app = await openTestCommandApp('figures', { BREAKWATER_DECONFLICTION_CHECKS_PER_HOUR: '1000' });
  cases = new Cases(app);
}, STARTUP_MS);
afterAll(() => app?.close());

const { border, partner, chatter, lumen } = ORGANISATIONS;
const AUDITED = { 'breakwater-purpose': 'operation-tern' };

async function ask<T = FiguresAnswer & DifferencesAnswer & ProblemDocument>(
  persona: string,
  path: string,
): Promise<Answer<T>> {
  return call(app.address, `GET /v1/figures${path}`, { token: await app.tokenOf(persona), headers: AUDITED });
}

/** A referral as the log would hold it, from the draft to its last answer, each event in its second. */
function referralOf(
  agency: { organisation: string },
  said: readonly PlatformAnswer[],
  { compartment = null as string | null, theme = 'boat-crossing', language = 'ckb' as string | null } = {},
): StreamWrite {
  const referral = uuid();
  const location = { kind: 'item' as const, key: `tiktok:video/${referral}` };
  const item = { kind: 'video' as const, location };
  const receivedAt = '2026-03-01T08:00:00.000Z';
  const content = {
    ...{ platform: lumen.organisation, instrument: 'voluntary-referral', theme, urgency: 'routine', territory: ['GB'] },
    ground: { basis: 'terms', provision: 'Community rules' },
    explanation: 'Offers places in a boat.',
    items: [{ ...item, evidence: [] }],
    ...(language === null ? {} : { language }),
  };
  const submitted = {
    ...{ referral, platform: lumen.organisation, instrument: 'voluntary-referral', theme, receivedAt, items: [item] },
  };
  const bodies = [
    bodyOf('referral.drafted', { referral, content } as never),
    bodyOf('referral.submitted', submitted as never),
    ...said.map((each) =>
      bodyOf('referral.answered', { referral, item: 0, location, at: '2026-03-01T09:00:00.000Z', said: each }),
    ),
  ];
  return {
    stream: `referral-${referral}`,
    expectedVersion: 0,
    source: agency.organisation,
    events: bodies.map((body) => draftOf(body, agency.organisation, compartment)),
  };
}

function draftOf(body: EventBody, organisation: string, compartment: string | null): EventDraft {
  const marking: Marking = {
    ...{ gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'], conditions: [], releasableTo: [] },
    ...{ originator: organisation, compartment },
  };
  return {
    id: uuid(),
    body,
    time: { at: '2026-03-01T08:00:00Z', precision: 'second' },
    actor: { organisation, user: 'spec', role: 'referrer' },
    purpose: 'operation-tern',
    basis: [],
    statementKind: { kind: 'fact' },
    marking,
  };
}

async function append(writes: readonly StreamWrite[]): Promise<void> {
  for (let from = 0; from < writes.length; from += 100)
    await app.store.log.transact(async () => ({
      append: writes.slice(from, from + 100),
      afterwards: async (write, recorded) => {
        await keepCases(write, recorded, (kind, key) => `${kind} ${key}`.slice(0, 32));
      },
    }));
}

const decided = (outcome: Outcome): PlatformAnswer[] => [{ answer: 'acknowledged' }, { answer: 'decided', outcome }];
const many = <Each>(count: number, make: () => Each): Each[] => Array.from({ length: count }, make);

describe('the figures of a pipeline of 1,200', () => {
  beforeAll(async () => {
    const removed = { result: 'actioned', effect: 'removed', effectiveAt: '2026-03-01T10:00:00.000Z' } as const;
    await append([
      ...many(578, () => referralOf(border, decided(removed))),
      ...many(301, () =>
        referralOf(border, decided({ result: 'rejected', effect: 'none', reason: 'asking-is-permitted' }), {
          theme: 'sham-marriage',
        }),
      ),
      ...many(184, () =>
        referralOf(border, decided({ result: 'no-violation', effect: 'none', reason: 'no-breach-of-terms' })),
      ),
      ...many(137, () => referralOf(border, [], { language: null })),
    ]);
  });

  it('are 578, 485 with their reasons, and 137 without an outcome, named as such', async () => {
    const { status, body } = await ask('border-analyst', '?by=theme,language');
    expect([status, body.side]).toEqual([200, 'agency']);
    expect(body.total).toEqual({
      of: {},
      items: 1200,
      outcomes: {
        ...{ actioned: 578, rejected: 301, 'no-violation': 184, 'no-outcome': 137 },
        ...{ 'already-gone': 0, overturned: 0, withdrawn: 0 },
      },
      effects: { removed: 578 },
      reasons: { 'asking-is-permitted': 301, 'no-breach-of-terms': 184 },
      timeToAcknowledgement: { of: 1063, median: 3600, p90: 3600, before: 0 },
      timeToEffect: { of: 578, median: 7200, p90: 7200, before: 0 },
      deadlines: { of: 0, met: 0, breached: 0, running: 0, abandoned: 0 },
    });
    expect(body.figures.map(({ of, items }) => [of, items])).toEqual([
      [{ theme: 'boat-crossing', language: 'ckb' }, 762],
      [{ theme: 'boat-crossing', language: 'not-said' }, 137],
      [{ theme: 'sham-marriage', language: 'ckb' }, 301],
    ]);
  });

  it('come as a table that a spreadsheet reads, the total last', async () => {
    const answer = await fetch(`${app.address}/v1/figures?by=theme&format=csv`, {
      headers: { authorization: `Bearer ${await app.tokenOf('border-analyst')}`, ...AUDITED },
    });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [header = '', ...rows] = (await answer.text()).split('\r\n');
    expect(header).toMatch(
      /^measured at,theme,items,actioned,rejected,no-violation,already-gone,overturned,withdrawn,no-outcome,/,
    );
    expect(rows.map((row) => row.split(',').slice(1, 4))).toEqual([
      ['boat-crossing', '899', '578'],
      ['sham-marriage', '301', '0'],
      ['total', '1200', '578'],
      [],
    ]);
  });

  it('leave out what the caller may not see before anything is counted, and what is another organisation’s', async () => {
    await append([referralOf(border, [], { compartment: 'saltmarsh' }), referralOf(partner, [])]);
    expect((await ask('border-analyst', '')).body.total.items).toBe(1200);
    expect((await ask('partner-analyst', '')).body.total.items).toBe(1);
    expect((await ask('chatter-moderator', '')).body).toMatchObject({ side: 'platform', total: { items: 0 } });
  });

  it('count only what is asked for', async () => {
    const of = async (query: string): Promise<number> => (await ask('border-analyst', `?${query}`)).body.total.items;
    expect(await of('theme=sham-marriage')).toBe(301);
    expect(await of('language=ckb&itemKind=video&territory=GB')).toBe(1063);
    expect(await of('territory=FR')).toBe(0);
    expect(await of(`platform=${chatter.organisation}`)).toBe(0);
    expect(await of('from=2026-03-01T08:00:00Z&to=2026-03-01T08:00:01Z')).toBe(1200);
    expect(await of('to=2026-03-01T08:00:00Z')).toBe(0);
  });

  it.each([
    ['by=colour', '/by', 'field.is-in'],
    ['from=2026-03-01', '/from', 'field.matches'],
    ['from=2026-02-31T05:00:00Z', '/from', 'time.invalid'],
    ['from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', '/to', 'period.reversed'],
    ['measuredAt=2099-01-01T00:00:00Z', '/measuredAt', 'figures.not-yet'],
  ])('refuse %s and say where', async (query, pointer, code) => {
    const { status, body } = await ask('border-analyst', `?${query}`);
    expect([status, body.faults?.[0]?.pointer, body.faults?.[0]?.code]).toEqual([400, pointer, code]);
  });
});

describe('a case that goes on', () => {
  it('has a figure for each day: what was corrected later is in the later one only, on both sides', async () => {
    const { url } = freshVideo();
    const referral = await cases.referred('coastal', url);
    const route = `inbox/${await cases.removalOf(url)}`;
    const figure = async (persona: string, at?: string) => {
      const { body } = await ask(persona, at === undefined ? '' : `?measuredAt=${at}`);
      return [
        body.total.items,
        body.total.outcomes['no-outcome'],
        body.total.outcomes.actioned,
        body.total.outcomes.rejected,
      ];
    };
    const clock = async (): Promise<string> => (await ask('coastal-analyst', '')).body.measuredAt;
    const first = await clock();
    expect(await figure('coastal-analyst')).toEqual([1, 1, 0, 0]);
    const outcome = { result: 'actioned', effect: 'removed', effectiveAt: nowish() };
    await cases.send('lumen-moderator', `${route}/decide`, { outcome });
    const second = await clock();
    const corrected = { result: 'rejected', effect: 'none', reason: 'counter-speech' };
    await cases.send('lumen-moderator', `${route}/correct`, { outcome: corrected, reason: 'It was satire.' });
    for (const persona of ['coastal-analyst', 'lumen-moderator']) {
      expect(await figure(persona)).toEqual([1, 0, 0, 1]);
      expect(await figure(persona, second)).toEqual([1, 0, 1, 0]);
      expect(await figure(persona, first)).toEqual([1, 1, 0, 0]);
    }
    expect((await ask('coastal-analyst', '/differences')).body).toMatchObject({ compared: 1, different: 0, cases: [] });

    const { body } = await cases.send('coastal-referrer', `referrals/${referral}/findings`, {
      ...{ item: 0, finding: 'verified-unavailable', at: nowish(), vantage: 'GB', evidence: [] },
    });
    expect(body.code).toBeUndefined();
    const differing = { what: 'gone-without-removal', agency: 'verified-unavailable', platform: 'rejected' };
    expect((await ask('coastal-analyst', '/differences?limit=1')).body).toMatchObject({
      ...{ compared: 1, different: 1, truncated: false },
      cases: [{ referral, item: 0, platform: lumen.organisation, differences: [differing] }],
    });
    // The agency's own look is in its record, which the platform may not see.
    expect((await ask('lumen-moderator', '/differences')).body).toMatchObject({ compared: 0, cases: [] });
    const table = await fetch(`${app.address}/v1/figures/differences?format=csv`, {
      headers: { authorization: `Bearer ${await app.tokenOf('coastal-analyst')}`, ...AUDITED },
    });
    expect((await table.text()).split('\r\n')[1]).toContain(`${referral},0,`);
  });

  it('counts what a platform removed on its own initiative in the platform’s record alone', async () => {
    const before = (await ask('lumen-moderator', '')).body.total.items;
    const pushed = await cases.send('lumen-moderator', 'removals', {
      ...{ item: { kind: 'video', location: freshVideo().url }, reference: randomUUID() },
      outcome: { result: 'actioned', effect: 'removed', effectiveAt: nowish() },
    });
    expect(pushed.body.code).toBeUndefined();
    expect((await ask('lumen-moderator', '')).body.total.items).toBe(before + 1);
  });
});

describe('deadlines', () => {
  it('that were breached are counted over those that ran, on both sides, as of any day, in both formats', async () => {
    const log = app.store.log;
    const before = (await ask('coastal-analyst', '')).body.measuredAt;
    await orderReceived(log, new Date(Date.now() - 7_200_000), 2);
    const { instrument, ground, reference, paperwork } = orderBody();
    const { url } = freshVideo();
    await cases.referred('coastal', url, { instrument, ground, reference, paperwork });
    const outcome = { result: 'actioned', effect: 'removed', effectiveAt: nowish() };
    await cases.send('lumen-moderator', `inbox/${await cases.removalOf(url)}/decide`, { outcome });
    const counted = { of: 3, met: 1, breached: 2, running: 0, abandoned: 0 };
    for (const persona of ['coastal-analyst', 'lumen-moderator']) {
      const { total, figures } = (await ask(persona, '?by=instrument')).body;
      expect([total.deadlines, figures.find(({ of }) => of.instrument === instrument)?.deadlines]).toEqual([
        counted,
        counted,
      ]);
      expect((await ask(persona, `?measuredAt=${before}`)).body.total.deadlines.of).toBe(0);
    }
    expect(
      (await ask('coastal-analyst', '/differences')).body.cases.flatMap((each) => each.differences),
    ).not.toContainEqual(expect.objectContaining({ what: 'breach' }));
    const answer = await fetch(`${app.address}/v1/figures?format=csv`, {
      headers: { authorization: `Bearer ${await app.tokenOf('coastal-analyst')}`, ...AUDITED },
    });
    const [header = '', total = ''] = (await answer.text()).split('\r\n');
    expect(header).toMatch(
      /,deadlines: of,deadlines: met,deadlines: breached,deadlines: running,deadlines: abandoned$/,
    );
    expect(total).toMatch(/,3,1,2,0,0$/);
  });
});
