import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../../infra/local/test-servers.js';
import { openTestCommandApp, type TestCommandApp } from '../../../../test/support/command-app.js';
import { call } from '../../../../test/support/http.js';
import { Cases, freshVideo, nowish, pushBody, readBulk } from '../../../../test/support/removals.js';

const LIMITS = { BREAKWATER_PUSH_CALLS_PER_MINUTE: '200', BREAKWATER_DECONFLICTION_CHECKS_PER_HOUR: '1000' };
let app: TestCommandApp;
let cases: Cases;
beforeAll(async () => {
  app = await openTestCommandApp('pushed', LIMITS);
  cases = new Cases(app);
}, STARTUP_MS);
afterAll(() => app?.close());

const told = ({ faults = [] }: Partial<ProblemDocument>): string[] =>
  faults.map(({ pointer, code }) => `${pointer} ${code}`);
const itemOf = async (agency: string, referral: string): Promise<unknown> =>
  (await cases.look(`${agency}-referrer`, `referrals/${referral}`)).body.items[0];
const eventsLike = async (type: string): Promise<number> => {
  const { rows } = await app.owner.query('SELECT count(*)::int AS count FROM events WHERE type LIKE $1', [type]);
  return (rows[0] as { count: number }).count;
};

let series = 0;
function lines(count: number, bodyOf: (place: number) => Record<string, unknown> = () => pushBody(freshVideo().url)) {
  series += 1;
  return Array.from({ length: count }, (_, place) => ({ reference: `TS-${series}/${place}`, ...bodyOf(place) }));
}

describe('a removal that a platform says of its own accord', () => {
  it('answers everybody who had asked for the item, however its link is written', async () => {
    const { id, url } = freshVideo();
    const asked = [await cases.referred('coastal', url), await cases.referred('border', `https://youtu.be/${id}`)];
    const removal = await cases.removalOf(url);
    const { status, body } = await cases.send(
      'lumen-moderator',
      'removals',
      pushBody(`https://m.youtube.com/watch?v=${id}`),
    );
    expect([status, body]).toEqual([201, { removal, matched: true }]);
    for (const [place, agency] of (['coastal', 'border'] as const).entries())
      expect(await itemOf(agency, asked[place] ?? '')).toMatchObject({
        state: 'actioned',
        outcome: { effect: 'removed' },
      });
  });

  it('is a removal of its own where nobody had asked', async () => {
    const { url } = freshVideo();
    const { status, body } = await cases.send('lumen-moderator', 'removals', pushBody(url, { theme: 'boat-crossing' }));
    expect([status, body.matched]).toEqual([201, false]);
    expect((await cases.look('lumen-moderator', `inbox/${body.removal}`)).body).toMatchObject({
      state: 'decided',
      requests: [],
      outcome: { result: 'actioned', effect: 'removed' },
      marking: { gsc: 'OFFICIAL', tlp: 'AMBER+STRICT' },
    });
    const none = { result: 'no-violation', effect: 'none', reason: 'other' };
    const nothing = await cases.send('lumen-moderator', 'removals', pushBody(freshVideo().url, { outcome: none }));
    expect([nothing.status, told(nothing.body)]).toEqual([400, ['/outcome/result removal.nothing-asked']]);
  });

  it('before anybody asked is its own, and for those who asked the item was gone already', async () => {
    const { url } = freshVideo();
    const referral = await cases.referred('coastal', url);
    const earlier = { result: 'actioned', effect: 'removed', effectiveAt: nowish(-3600) };
    expect((await cases.send('lumen-moderator', 'removals', pushBody(url, { outcome: earlier }))).body.matched).toBe(
      true,
    );
    expect(await itemOf('coastal', referral)).toMatchObject({ state: 'already-gone' });
    const { body } = await cases.look('lumen-moderator', 'removals?limit=1');
    expect(body.removals[0]).toMatchObject({ outcome: { effect: 'removed' }, requests: [], item: { location: url } });
  });

  it('is kept once under its reference, and refused where that stands for something else', async () => {
    const body = pushBody(freshVideo().url, { reference: 'TS-once' });
    const first = await cases.send('lumen-moderator', 'removals', body);
    const again = await cases.send('lumen-moderator', 'removals', body);
    expect([again.status, again.body]).toEqual([200, { removal: first.body.removal, duplicate: true }]);
    const other = await cases.send('lumen-moderator', 'removals', { ...body, language: 'fr' });
    expect([other.status, told(other.body)]).toEqual([409, ['/reference reference.other-content']]);
  });

  it.each<[string, object, string[]]>([
    [
      'another platform’s item',
      { item: { kind: 'post', location: 'https://t.me/crossings/7' } },
      ['/item/location item.other-platform'],
    ],
    [
      'an item of a platform that nobody knows',
      { item: { kind: 'post', location: 'boats', platform: 'nowhere' } },
      ['/item/location item.other-platform'],
    ],
    [
      'nothing in particular',
      { item: { kind: 'post', location: 'https://www.youtube.com/' } },
      ['/item/location location.not-exact'],
    ],
    [
      'a location of one character too many',
      { item: { kind: 'post', location: 'x'.repeat(2049) } },
      ['/item/location field.is-length'],
    ],
    [
      'an effect to come',
      { outcome: { result: 'actioned', effect: 'removed', effectiveAt: '2099-01-01T00:00:00Z' } },
      ['/outcome/effectiveAt outcome.in-the-future'],
    ],
    [
      'a marking that does not exist',
      { marking: { gsc: 'OFFICIAL', tlp: 'PINK' } },
      ['/marking/tlp marking.unknown-code'],
    ],
  ])('is refused for %s', async (_, changes, faults) => {
    const { status, body } = await cases.send('lumen-moderator', 'removals', pushBody(freshVideo().url, changes));
    expect([status, told(body)]).toEqual([400, faults]);
  });

  it('is said by platforms alone', async () => {
    const { body } = await cases.send('coastal-referrer', 'removals', pushBody(freshVideo().url));
    expect(body.code).toBe('role.missing');
  });
});

describe('removals in bulk', () => {
  it('are matched and answered line by line, the same in a dry run, which keeps nothing but its report', async () => {
    const [asked, fresh] = [freshVideo(), freshVideo()];
    const referral = await cases.referred('coastal', asked.url);
    const removal = await cases.removalOf(asked.url);
    const [first, second, third, fourth, fifth] = lines(5, (place) => pushBody(place < 2 ? asked.url : fresh.url));
    const call = [
      first,
      second,
      { ...third, outcome: { result: 'actioned', effect: 'none' } },
      { ...fourth, reference: first?.reference },
      { ...fifth, reference: '' },
      first,
    ] as object[];
    const before = await eventsLike('%');
    const dry = await cases.bulk(call, 'removals/bulk?dryRun=true');
    expect(await eventsLike('%')).toBe(before);
    const real = await cases.bulk(call);
    const said = (answer: typeof dry): object[] => answer.outcomes.map((each) => ({ ...each, id: undefined }));
    expect(said(dry)).toEqual(said(real));
    expect(real.outcomes).toMatchObject([
      { line: 1, outcome: 'accepted', id: removal, matched: true },
      { line: 2, outcome: 'accepted', matched: false },
      { line: 3, outcome: 'refused', code: 'outcome.effect-missing' },
      { line: 4, outcome: 'refused', code: 'reference.other-content' },
      { line: 5, outcome: 'refused', code: 'field.bounds' },
      { line: 6, outcome: 'duplicate-of', id: removal },
    ]);
    const { call: _, ...counts } = real.summary;
    expect(counts).toEqual({ lines: 6, accepted: 2, duplicates: 1, refused: 3, complete: true });
    expect(dry.summary).toMatchObject({ ...counts, dryRun: true });
    expect(await itemOf('coastal', referral)).toMatchObject({ state: 'actioned' });
    for (const each of [dry, real])
      expect(await reportOf(each.call)).toMatchObject({ summary: each.summary, outcomes: each.outcomes });
  });

  it('are the same ids when the call is repeated', async () => {
    const call = lines(700);
    const first = await cases.bulk(call);
    const before = await eventsLike('removal.%');
    const again = await cases.bulk(call);
    expect(again.summary).toMatchObject({ accepted: 0, duplicates: 700 });
    expect(again.outcomes.map((each) => ('id' in each ? each.id : ''))).toEqual(
      first.outcomes.map((each) => ('id' in each ? each.id : '')),
    );
    expect(await eventsLike('removal.%')).toBe(before);
  });

  it('are kept in parts where so many are told that one append cannot hold it', async () => {
    const videos = Array.from({ length: 280 }, () => freshVideo());
    const referrals: string[] = [];
    for (const part of [videos.slice(0, 100), videos.slice(100, 200), videos.slice(200)])
      referrals.push(
        await cases.referredAll(
          'coastal',
          part.map(({ url }) => url),
        ),
      );
    const sent = await cases.bulk(lines(450, (place) => pushBody(videos[place]?.url ?? freshVideo().url)));
    expect(sent.summary).toMatchObject({ lines: 450, accepted: 450, complete: true });
    expect(sent.outcomes.map(({ line }) => line)).toEqual(Array.from({ length: 450 }, (_, place) => place + 1));
    expect(sent.outcomes.filter((each) => 'matched' in each && each.matched === true)).toHaveLength(280);
    expect(await reportOf(sent.call)).toMatchObject({ outcomes: sent.outcomes, summary: sent.summary });
    for (const referral of referrals) {
      const { body } = await cases.look('coastal-referrer', `referrals/${referral}`);
      expect([body.state, new Set(body.items.map(({ state }) => state))]).toEqual(['answered', new Set(['actioned'])]);
    }
  });

  it('are at most ten thousand a call; what is beyond is refused by its line', async () => {
    const filler = Array.from({ length: 10_000 }, () => ({}));
    const { outcomes, summary } = await cases.bulk([...filler, ...lines(1)]);
    expect(outcomes.at(-1)).toMatchObject({ line: 10_001, outcome: 'refused', code: 'line.too-many' });
    expect(summary).toMatchObject({ lines: 10_001, refused: 10_001, complete: true });
  });

  it('are taken back as a whole by the id of their call, and told to those who asked; their references are free again', async () => {
    const { url } = freshVideo();
    const referral = await cases.referred('coastal', url);
    const removal = await cases.removalOf(url);
    const call = lines(300, (place) => pushBody(place === 0 ? url : freshVideo().url));
    const wrong = await cases.bulk(call);
    const fixed = String((wrong.outcomes[5] as { id: string }).id);
    await cases.send('lumen-moderator', `inbox/${fixed}/correct`, {
      outcome: { result: 'actioned', effect: 'labelled', effectiveAt: nowish() },
      reason: 'Only labelled.',
    });
    const corrections = await eventsLike('removal.corrected');
    const route = `removals/bulk/${wrong.call}/undo`;
    const others = await cases.send('chatter-moderator', route, { reason: 'Not mine.' });
    expect([others.status, others.body.code]).toEqual([404, 'not-found']);
    const undone = await cases.send('lumen-moderator', route, { reason: 'The wrong list.' });
    expect([undone.status, undone.body]).toEqual([200, { call: wrong.call, undone: 299, left: 0 }]);
    expect(await eventsLike('removal.corrected')).toBe(corrections + 299);
    expect(await itemOf('coastal', referral)).toMatchObject({ state: 'submitted' });
    expect((await cases.look('lumen-moderator', `inbox/${removal}`)).body.state).toBe('requested');
    const again = await cases.send('lumen-moderator', route, { reason: 'The wrong list.' });
    expect(again.body).toEqual({ call: wrong.call, undone: 299, left: 0 });
    expect(await eventsLike('removal.corrected')).toBe(corrections + 299);
    expect((await cases.bulk(call)).summary).toMatchObject({ accepted: 299, duplicates: 1 });
    expect(await itemOf('coastal', referral)).toMatchObject({ state: 'actioned' });
  });

  it('are refused with the time to wait where one platform sends too many calls', async () => {
    const limited = await openTestCommandApp('push-limits', { BREAKWATER_PUSH_CALLS_PER_MINUTE: '1' });
    try {
      const own = new Cases(limited);
      expect((await own.bulk(lines(1))).status).toBe(200);
      const { status, body, headers } = await call<ProblemDocument>(limited.address, 'POST /v1/removals/bulk', {
        token: await limited.tokenOf('lumen-moderator'),
        bytes: Buffer.from('{}\n'),
        headers: { 'content-type': 'application/x-ndjson' },
      });
      expect([status, body.code]).toEqual([429, 'bulk.too-many-calls']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect((await own.bulk(lines(1), 'removals/bulk', 'chatter-moderator')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});

describe('decisions in bulk', () => {
  it('are lines by the id of the removal; somebody else’s looks like absent', async () => {
    const videos = [freshVideo(), freshVideo()];
    const referrals = [];
    for (const { url } of videos) referrals.push(await cases.referred('coastal', url));
    const [one, two] = [await cases.removalOf(videos[0]?.url ?? ''), await cases.removalOf(videos[1]?.url ?? '')];
    const outcome = { result: 'rejected', effect: 'none', reason: 'no-breach-of-terms' };
    const call = [one, two, two].map((removal, place) => ({
      removal,
      outcome,
      reference: `D-${place}`,
      purpose: 'desk',
    }));
    const refused = (await cases.bulk(call, 'inbox/decisions', 'chatter-moderator')).outcomes;
    expect(new Set(refused.map((each) => ('code' in each ? each.code : '')))).toEqual(new Set(['removal.unknown']));
    const { outcomes, summary } = await cases.bulk(call, 'inbox/decisions');
    expect(outcomes).toMatchObject([
      { outcome: 'accepted', id: one },
      { outcome: 'accepted', id: two },
      { outcome: 'refused', code: 'removal.decided' },
    ]);
    for (const referral of referrals) expect(await itemOf('coastal', referral)).toMatchObject({ state: 'rejected' });
    const undone = await cases.send('lumen-moderator', `removals/bulk/${summary.call}/undo`, { reason: 'Too early.' });
    expect(undone.body).toEqual({ call: summary.call, undone: 2, left: 0 });
    for (const referral of referrals) expect(await itemOf('coastal', referral)).toMatchObject({ state: 'submitted' });
  });
});

describe('the tables of removals', () => {
  it('say what the streams say', async () => {
    const { rows } = await app.owner.query(
      `
      SELECT count(*)::int AS wrong FROM removals r
       WHERE r.platform <> $1 OR (r.state = 'decided') <> (r.decided_at IS NOT NULL)
          OR (r.state IN ('requested', 'acknowledged', 'needs-information')) <>
             (r.result IS NULL AND EXISTS (SELECT FROM removal_requests q WHERE q.removal = r.removal AND q.standing))`,
      [ORGANISATIONS.lumen.organisation],
    );
    expect(rows).toEqual([{ wrong: 0 }]);
  });
});

async function reportOf(id: string): Promise<object> {
  const { text } = await call(app.address, `GET /v1/removals/bulk/${id}/report`, {
    token: await app.tokenOf('lumen-moderator'),
  });
  return readBulk(text);
}
