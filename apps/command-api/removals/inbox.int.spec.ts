import { randomUUID } from 'node:crypto';
import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { orderBody } from '../../../test/support/referrals.js';
import { Cases, freshVideo, nowish } from '../../../test/support/removals.js';

let app: TestCommandApp;
let cases: Cases;
beforeAll(async () => {
  app = await openTestCommandApp('inbox', { BREAKWATER_DECONFLICTION_CHECKS_PER_HOUR: '1000' });
  cases = new Cases(app);
}, STARTUP_MS);
afterAll(() => app?.close());

const removed = (at = nowish()): object => ({ result: 'actioned', effect: 'removed', effectiveAt: at });
const told = ({ faults = [] }: ProblemDocument): string[] => faults.map(({ pointer, code }) => `${pointer} ${code}`);
const stateOf = async (agency: string, referral: string): Promise<unknown> =>
  (await cases.look(`${agency}-referrer`, `referrals/${referral}`)).body.items[0]?.state;

describe('an item that two agencies refer', () => {
  it('is one for the platform, and each agency hears the platform in its own referral', async () => {
    const { id, url } = freshVideo();
    const first = await cases.referred('coastal', url);
    const removal = await cases.removalOf(url);
    const route = `inbox/${removal}`;
    expect((await cases.send('lumen-moderator', `${route}/acknowledge`, {})).body).toEqual({
      removal,
      state: 'acknowledged',
    });
    const second = await cases.referred('border', `https://youtu.be/${id}`);
    const { body } = await cases.look('lumen-moderator', route);
    expect(body).toMatchObject({
      state: 'requested',
      requests: [
        { referral: first, organisation: ORGANISATIONS.coastal.organisation, acknowledged: true },
        { referral: second, organisation: ORGANISATIONS.border.organisation, acknowledged: false },
      ],
    });
    // Nobody learns from an acknowledgement that comes at once that another was first.
    expect([await stateOf('coastal', first), await stateOf('border', second)]).toEqual(['acknowledged', 'submitted']);
    await cases.send('lumen-moderator', `${route}/acknowledge`, {});
    expect((await cases.send('lumen-moderator', `${route}/acknowledge`, {})).body.code).toBe(
      'removal.acknowledged-already',
    );
    expect((await cases.send('lumen-moderator', `${route}/decide`, { outcome: removed() })).body.state).toBe('decided');
    expect([await stateOf('coastal', first), await stateOf('border', second)]).toEqual(['actioned', 'actioned']);
    const { rows } = await app.owner.query(
      `SELECT stream, body::json ->> 'correlationId' AS trace FROM events WHERE stream = ANY ($1) AND type = 'referral.answered'`,
      [[`referral-${first}`, `referral-${second}`]],
    );
    const traces = (rows as { stream: string; trace: string }[]).map(({ trace }) => trace);
    expect([rows.length, new Set(traces).size]).toEqual([4, 4]);
    const words = await app.owner.query('SELECT body FROM events WHERE stream = ANY ($1)', [
      [`referral-${first}`, `referral-${second}`],
    ]);
    expect((words.rows as { body: string }[]).some((row) => row.body.includes(removal))).toBe(false);
  });

  it('is asked about, answered, refused with a reason that can be counted, and put right', async () => {
    const { url } = freshVideo();
    const referral = await cases.referred('coastal', url);
    const route = `inbox/${await cases.removalOf(url)}`;
    const asked = { reason: 'insufficient-information', question: 'Which of the two boats?' };
    expect((await cases.send('lumen-moderator', `${route}/ask`, asked)).body.state).toBe('needs-information');
    expect(await stateOf('coastal', referral)).toBe('needs-information');
    const outcome = { result: 'no-violation', effect: 'none', reason: 'asking-is-permitted' };
    expect((await cases.send('lumen-moderator', `${route}/decide`, { outcome })).body.state).toBe('decided');
    expect(await stateOf('coastal', referral)).toBe('no-violation');
    const again = await cases.send('lumen-moderator', `${route}/decide`, { outcome: removed() });
    expect([again.status, again.body.code]).toEqual([409, 'removal.decided']);
    const corrected = { outcome: removed(), reason: 'The other boat was meant.' };
    expect((await cases.send('lumen-moderator', `${route}/correct`, corrected)).body.state).toBe('decided');
    expect(await stateOf('coastal', referral)).toBe('actioned');
    expect((await cases.send('lumen-moderator', `${route}/correct`, { reason: 'Not yet.' })).body.state).toBe(
      'acknowledged',
    );
  });
});

describe('the inbox', () => {
  it('puts a life first, then one-hour orders, and gives its pages by cursors that nobody else can use', async () => {
    const [routine, order, life] = [freshVideo(), freshVideo(), freshVideo()];
    await cases.referred('coastal', routine.url);
    const { items: _, ...terms } = orderBody();
    await cases.referred('coastal', order.url, terms);
    await cases.referred('coastal', life.url, { urgency: 'threat-to-life' });
    const whole = (await cases.look('lumen-moderator', 'inbox?limit=200')).body.removals;
    expect(whole.slice(0, 2).map(({ priority, item }) => [priority, item.location])).toEqual([
      ['threat-to-life', life.url],
      ['one-hour', order.url],
    ]);
    const paged: string[] = [];
    for (let after = '', more = true; more;) {
      const { body } = await cases.look('lumen-moderator', `inbox?limit=1${after}`);
      paged.push(...body.removals.map(({ removal }) => removal));
      more = body.truncated;
      after = `&after=${body.after}`;
    }
    expect(paged).toEqual(whole.map(({ removal }) => removal));
    const { body } = await cases.look('lumen-moderator', 'inbox?limit=1');
    for (const [persona, query] of [
      ['chatter-moderator', ''],
      ['lumen-moderator', '&kind=video'],
    ] as const) {
      const answer = await cases.look(persona, `inbox?limit=1${query}&after=${body.after}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'cursor.not-valid']);
    }
  });

  it.each([
    ['priority=one-hour', 1],
    ['instrument=tco-removal-order', 1],
    ['priority=urgent', 0],
    ['theme=sham-marriage', 0],
    [`organisation=${ORGANISATIONS.partner.organisation}`, 0],
    ['dueBefore=2099-01-01T00:00:00Z', 1],
    ['dueBefore=2026-01-01T00:00:00Z', 0],
    ['kind=advert', 0],
    ['state=needs-information', 0],
  ])('is narrowed by %s', async (query, count) => {
    expect((await cases.look('lumen-moderator', `inbox?${query}`)).body.removals).toHaveLength(count);
  });

  it('is its platform’s alone: what is another’s answers like what does not exist', async () => {
    const { url } = freshVideo();
    await cases.referred('coastal', url);
    const removal = await cases.removalOf(url);
    expect((await cases.look('chatter-moderator', 'inbox')).body.removals).toEqual([]);
    const shown = await Promise.all(
      [removal, randomUUID()].map((each) => cases.look('chatter-moderator', `inbox/${each}`)),
    );
    for (const { status, body } of shown)
      expect([status, { ...body, requestId: '' }]).toEqual([404, { ...shown[0]?.body, requestId: '' }]);
    const decided = await Promise.all(
      [removal, randomUUID()].map((each) =>
        cases.send('chatter-moderator', `inbox/${each}/decide`, { outcome: removed() }),
      ),
    );
    for (const { status, body } of decided)
      expect([status, { ...body, requestId: '' }]).toEqual([404, { ...shown[0]?.body, requestId: '' }]);
    expect((await cases.look('coastal-referrer', `inbox/${removal}`)).body.code).toBe('role.missing');
  });
});

describe('a decision', () => {
  it('on what has changed since it was read is refused, and one on what stands is taken', async () => {
    const { url, id } = freshVideo();
    await cases.referred('coastal', url);
    const route = `inbox/${await cases.removalOf(url)}`;
    const etag = String((await cases.look('lumen-moderator', route)).headers['etag']);
    await cases.referred('border', `https://youtu.be/${id}`);
    const stale = await cases.send('lumen-moderator', `${route}/decide`, { outcome: removed() }, { 'if-match': etag });
    expect([stale.status, stale.body.code]).toEqual([412, 'etag.changed']);
    const fresh = String((await cases.look('lumen-moderator', route)).headers['etag']);
    const taken = await cases.send('lumen-moderator', `${route}/decide`, { outcome: removed() }, { 'if-match': fresh });
    expect(taken.status).toBe(200);
  });

  it.each<[string, object, string[]]>([
    ['before anybody asked', removed('2026-01-01T00:00:00Z'), ['/outcome/effectiveAt outcome.before-submission']],
    ['in the future', removed('2099-01-01T00:00:00Z'), ['/outcome/effectiveAt outcome.in-the-future']],
    [
      'that ends before it starts',
      { result: 'already-gone', effect: 'none', preservedUntil: '2026-01-01T00:00:00Z' },
      ['/outcome/preservedUntil outcome.end-before-start'],
    ],
    ['that says no reason', { result: 'rejected', effect: 'none' }, ['/outcome/reason outcome.reason-missing']],
    ['with one character too many', { ...removed(), words: 'x'.repeat(2001) }, ['/outcome/words field.is-length']],
  ])('%s is refused by its place', async (_, outcome, faults) => {
    const { url } = freshVideo();
    await cases.referred('coastal', url);
    const removal = await cases.removalOf(url);
    const { status, body } = await cases.send('lumen-moderator', `inbox/${removal}/decide`, { outcome });
    expect([status, told(body)]).toEqual([400, faults]);
  });

  it('is one effect for a repeat of the call', async () => {
    const { url } = freshVideo();
    await cases.referred('coastal', url);
    const removal = await cases.removalOf(url);
    const key = { 'idempotency-key': randomUUID() };
    const answers = [];
    for (let time = 0; time < 3; time += 1)
      answers.push(
        (
          await cases.send(
            'lumen-moderator',
            `inbox/${removal}/decide`,
            { outcome: removed('2026-01-01T00:00:00Z') },
            key,
          )
        ).body.code,
      );
    expect(answers).toEqual(Array(3).fill('outcome.before-submission'));
    const outcome = { result: 'already-gone', effect: 'none' };
    const again = { 'idempotency-key': randomUUID() };
    for (let time = 0; time < 3; time += 1)
      expect((await cases.send('lumen-moderator', `inbox/${removal}/decide`, { outcome }, again)).body).toEqual({
        removal,
        state: 'decided',
      });
    const { rows } = await app.owner.query('SELECT type FROM events WHERE stream = $1 ORDER BY stream_version', [
      `removal-${removal}`,
    ]);
    expect((rows as { type: string }[]).map(({ type }) => type)).toEqual(['removal.requested', 'removal.decided']);
  });

  it('that was a mistake leaves its requests in the newer removal of the item, where there is one', async () => {
    const { url } = freshVideo();
    const first = await cases.referred('coastal', url);
    const older = await cases.removalOf(url);
    await cases.send('lumen-moderator', `inbox/${older}/decide`, { outcome: removed() });
    const second = await cases.referred('border', url);
    const newer = await cases.removalOf(url);
    expect(newer).not.toBe(older);
    const undone = await cases.send('lumen-moderator', `inbox/${older}/correct`, { reason: 'Another video.' });
    expect(undone.body.state).toBe('undone');
    const { body } = await cases.look('lumen-moderator', `inbox/${newer}`);
    expect(body.requests.map(({ referral }) => referral)).toEqual([second, first]);
    await cases.send('lumen-moderator', `inbox/${newer}/decide`, { outcome: removed() });
    expect([await stateOf('coastal', first), await stateOf('border', second)]).toEqual(['actioned', 'actioned']);
  });
});

describe('what a moderator does', () => {
  it('is audited: what was changed, to whose records it was told, what was looked at and refused', async () => {
    const { rows } = await app.owner.query(
      `SELECT DISTINCT act, reason FROM audit WHERE organisation = $1 AND reason NOT LIKE 'request.%' ORDER BY 1, 2`,
      [ORGANISATIONS.lumen.organisation],
    );
    const acts = (rows as { act: string; reason: string }[]).map(({ act, reason }) => `${act} ${reason}`);
    expect(acts).toEqual(
      expect.arrayContaining([
        'alteration removal.acknowledge',
        'alteration removal.ask',
        'alteration removal.correct',
        'alteration removal.decide',
        'consultation inbox.list',
        'consultation inbox.show',
        'disclosure removal.acknowledge',
        'disclosure removal.decide',
        'refusal etag.changed',
        'refusal outcome.before-submission',
        'refusal removal.decided',
      ]),
    );
  });
});
