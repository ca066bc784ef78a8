import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { Cases, freshVideo, nowish, pushBody } from '../../../test/support/removals.js';

let app: TestCommandApp;
let cases: Cases;
beforeAll(async () => {
  app = await openTestCommandApp('appeals');
  cases = new Cases(app);
}, STARTUP_MS);
afterAll(() => app?.close());

interface Decided {
  referral: string;
  route: string;
  /** The event that tells the agency of the decision. */
  answer: string;
}

/** An item that was removed because an agency had asked. */
async function removedOnRequest(): Promise<Decided> {
  const { url } = freshVideo();
  const referral = await cases.referred('coastal', url);
  const route = `inbox/${await cases.removalOf(url)}`;
  const outcome = { result: 'actioned', effect: 'removed', effectiveAt: nowish() };
  await cases.send('lumen-moderator', `${route}/decide`, { outcome });
  return { referral, route, answer: await answerTo(referral) };
}

/** The event that told a referral of its newest answer. */
async function answerTo(referral: string): Promise<string> {
  const { rows } = await app.owner.query<{ id: string }>(
    `SELECT id FROM events WHERE stream = $1 AND type = 'referral.answered' ORDER BY stream_version DESC LIMIT 1`,
    [`referral-${referral}`],
  );
  return rows[0]?.id ?? '';
}

async function said(...basis: string[]): Promise<string> {
  const { body } = await cases.send('coastal-analyst', 'assertions', assertionBody({ basis }));
  return String(body['id']);
}

const appeal = (route: string): ReturnType<Cases['send']> =>
  cases.send('lumen-moderator', `${route}/appeals`, { reason: 'The uploader calls it a documentary.' });
const decided = (route: string, result: string): ReturnType<Cases['send']> =>
  cases.send('lumen-moderator', `${route}/appeal-decision`, { result, reason: 'Looked at anew.' });

const lastEventOf = async (assertion: string): Promise<object | undefined> =>
  (await app.store.log.readStream(`assertion-${assertion}`)).at(-1);

describe('an appeal', () => {
  it('that is upheld leaves everything as it was', async () => {
    const { referral, route, answer } = await removedOnRequest();
    const assertion = await said(answer);
    await appeal(route);
    expect((await cases.look('coastal-referrer', `referrals/${referral}`)).body.items[0]).toMatchObject({
      appeal: 'open',
    });
    expect((await appeal(route)).body.code).toBe('appeal.open');
    expect((await decided(route, 'upheld')).status).toBe(200);
    expect((await cases.look('coastal-referrer', `referrals/${referral}`)).body.items[0]).toMatchObject({
      appeal: 'upheld',
      outcome: { effect: 'removed' },
    });
    expect(await lastEventOf(assertion)).toMatchObject({ body: { type: 'assertion.made' } });
  });

  it('that is overturned takes the effect back on both sides, and what rested on it alone', async () => {
    const { referral, route, answer } = await removedOnRequest();
    const alone = await said(answer);
    const onThat = await said(alone);
    const other = await said();
    const both = await said(answer, other);
    const unconcerned = await said(other);
    await appeal(route);
    const { body } = await decided(route, 'overturned');
    expect(Object.keys(body).sort()).toEqual(['removal', 'state']);
    expect((await cases.look('coastal-referrer', `referrals/${referral}`)).body.items[0]).toMatchObject({
      appeal: 'overturned',
      outcome: { effect: 'none' },
    });
    expect((await cases.look('lumen-moderator', route)).body).toMatchObject({
      appeal: 'overturned',
      outcome: { effect: 'none' },
    });
    for (const fell of [alone, onThat])
      expect(await lastEventOf(fell)).toMatchObject({
        body: { type: 'assertion.withdrawn', data: { reason: 'appeal-overturned' } },
        actor: { user: 'rule:R22', role: 'rule' },
        basis: [fell],
      });
    for (const stands of [other, both, unconcerned])
      expect(await lastEventOf(stands)).toMatchObject({ body: { type: 'assertion.made' } });
    const { rows } = await app.owner.query(
      `SELECT count(DISTINCT txid)::int AS appends, count(DISTINCT body::json ->> 'correlationId')::int AS traces
         FROM events WHERE type = 'assertion.withdrawn' OR (type = 'removal.appeal-decided' AND stream = $1)`,
      [route.replace('inbox/', 'removal-')],
    );
    expect(rows).toEqual([{ appends: 1, traces: 3 }]);
    const { notices } = (await cases.look<{ notices: { kind: string; about: string }[] }>('coastal-analyst', 'notices'))
      .body;
    expect(notices.filter(({ kind }) => kind === 'basis-overturned').map(({ about }) => about)).toEqual([both]);
  });

  it('takes what rested on several outcomes with the last of them', async () => {
    const [first, second] = [await removedOnRequest(), await removedOnRequest()];
    const assertion = await said(first.answer, second.answer);
    await appeal(first.route);
    await decided(first.route, 'overturned');
    expect(await lastEventOf(assertion)).toMatchObject({ body: { type: 'assertion.made' } });
    await appeal(second.route);
    await decided(second.route, 'overturned');
    expect(await lastEventOf(assertion)).toMatchObject({ body: { type: 'assertion.withdrawn' } });
  });

  it('is not the only way: an outcome that was said by mistake takes the same with it, one by one and by its batch', async () => {
    const { url } = freshVideo();
    const referral = await cases.referred('coastal', url);
    const lines = [url, freshVideo().url].map((each, at) => pushBody(each, { reference: `mistake-${at}` }));
    const { call } = await cases.bulk(lines);
    const byBatch = await said(await answerTo(referral));
    const onThat = await said(byBatch);
    const other = await said();
    const both = await said(await answerTo(referral), other);
    const undone = await cases.send('lumen-moderator', `removals/bulk/${call}/undo`, { reason: 'The wrong list.' });
    expect(undone.body).toEqual({ call, undone: 2, left: 0 });
    const single = await removedOnRequest();
    const byOne = await said(single.answer);
    await cases.send('lumen-moderator', `${single.route}/correct`, { reason: 'The wrong item.' });
    for (const fell of [byBatch, onThat, byOne])
      expect(await lastEventOf(fell)).toMatchObject({
        body: { type: 'assertion.withdrawn', data: { reason: 'outcome-undone' } },
        actor: { user: 'rule:R22', role: 'rule' },
      });
    for (const stands of [other, both])
      expect(await lastEventOf(stands)).toMatchObject({ body: { type: 'assertion.made' } });
    const { notices } = (await cases.look<{ notices: { kind: string; about: string }[] }>('coastal-analyst', 'notices'))
      .body;
    expect(notices.filter(({ about }) => about === both).map(({ kind }) => kind)).toEqual(['basis-overturned']);
  });

  it('answers the platform alike, whether or not anything rested on its decision', async () => {
    const [bare, rested] = [await removedOnRequest(), await removedOnRequest()];
    await said(rested.answer);
    const bodies = [];
    for (const { route } of [bare, rested]) {
      await appeal(route);
      const { status, body } = await decided(route, 'overturned');
      bodies.push([status, { ...body, removal: '' }]);
    }
    expect(bodies[0]).toEqual(bodies[1]);
  });
});
