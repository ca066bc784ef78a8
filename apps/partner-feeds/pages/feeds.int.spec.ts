import type { ProblemDocument } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { openTestFeedsApp, type TestFeedsApp } from '../../../test/support/feeds-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import type { EntriesPage } from './feeds.controller.js';
import type { FeedHealth } from './health.js';

let feeds: TestFeedsApp;
let token: string;

beforeAll(async () => {
  feeds = await openTestFeedsApp('feed-pages');
  token = await feeds.stand.store.tokenOf('partner-feed');
}, STARTUP_MS);
afterAll(() => feeds?.close());

type Entry = { sequence: number; delivery: string; cursor: string; event?: { id: string }; withheld?: true };
type Page = Omit<EntriesPage, 'entries'> & { entries: Entry[] };

function look<Body>(path: string, as = token): Promise<Answer<Body & ProblemDocument>> {
  return call(feeds.address, `GET /v1/feeds${path}`, { token: as });
}

describe('feeds by pages', () => {
  it('give every delivery once in order, for each size of a page', async () => {
    const { stand } = feeds;
    const feed = await stand.subscribed();
    const said = [await stand.said(), await stand.said(), await stand.said()];
    for (const one of said) await stand.slot(feed, one);
    for (const limit of [1, 2, 3, 4]) {
      const ids: string[] = [];
      let page: Page = { entries: [], cursor: '', more: true };
      while (page.more) {
        const after: string = page.cursor === '' ? '' : `&after=${page.cursor}`;
        ({ body: page } = await look<Page>(`/${feed.subscription}/entries?limit=${limit}${after}`));
        ids.push(...page.entries.map(({ event }) => event!.id));
      }
      expect(ids).toEqual(said.map(({ id }) => id));
    }
    const { body: last } = await look<Page>(`/${feed.subscription}/entries?limit=1`);
    const { body: one } = await look<Entry>(`/${feed.subscription}/entries/${last.cursor}`);
    expect(one).toEqual({ ...last.entries[0], held: true });
    expect(one).not.toHaveProperty('added');
  });

  it('give an empty feed a cursor to wait behind', async () => {
    const feed = await feeds.stand.subscribed();
    const { body } = await look<Page>(`/${feed.subscription}/entries`);
    expect(body).toEqual({ entries: [], cursor: expect.stringMatching(/^1-0-/) as string, more: false });
    await feeds.stand.slot(feed, await feeds.stand.said());
    const next = await look<Page>(`/${feed.subscription}/entries?after=${body.cursor}`);
    expect(next.body.entries).toHaveLength(1);
  });

  it('refuse wrong cursors, limits and names, each with its own code', async () => {
    const { stand } = feeds;
    const [feed, other] = [await stand.subscribed(), await stand.subscribed(ORGANISATIONS.border.organisation)];
    const said = await stand.said();
    await stand.slot(feed, said);
    const mine = (await look<Page>(`/${feed.subscription}/entries`)).body.cursor;
    const codeOf = async (path: string) => {
      const { status, body, headers } = await look(path);
      expect(headers['content-type']).toBe('application/problem+json');
      return `${status} ${body.code}`;
    };
    const entries = `/${feed.subscription}/entries`;
    expect(await codeOf(`${entries}?after=nonsense`)).toBe('400 feed.cursor-malformed');
    expect(await codeOf(`${entries}?after=1-1-${'x'.repeat(32)}`)).toBe('409 feed.cursor-foreign');
    expect(await codeOf(`${entries}?after=${mine.replace('1-1-', '1-2-')}`)).toBe('409 feed.cursor-ahead');
    expect(await codeOf(`${entries}?limit=0`)).toMatch(/^400 /);
    expect(await codeOf(`${entries}?limit=501`)).toMatch(/^400 /);
    expect(await codeOf(`${entries}?limit=1&limit=2`)).toMatch(/^400 /);
    expect(await codeOf(`/${feed.subscription}/digest?sequence=2`)).toBe('409 feed.cursor-ahead');
    expect(await codeOf(`/${feed.subscription}/digest?sequence=-1`)).toMatch(/^400 /);
    // Somebody else's and nobody's: one answer.
    const nobodys = '01980000-0000-7000-8000-0000000000ff';
    for (const path of ['', '/entries', `/entries/${mine}`, '/digest', '/recalls', '/stream']) {
      const answers = await Promise.all([look(`/${other.subscription}${path}`), look(`/${nobodys}${path}`)]);
      const [foreign, unknown] = answers.map(({ body: { requestId: _, ...problem } }) => problem);
      expect(foreign).toEqual(unknown);
      expect(foreign).toMatchObject({ status: 404, code: 'not-found' });
    }
    const analyst = await stand.store.tokenOf('partner-analyst');
    expect((await look(`/${feed.subscription}/entries`, analyst)).status).toBe(403);
  });

  it('say how they are: last delivery, what waits, why they are paused, what is about to end', async () => {
    const { stand } = feeds;
    const { owner } = stand.store;
    const feed = await stand.subscribed();
    const said = await stand.said();
    await stand.slot(feed, said);
    const path = `/${feed.subscription}`;
    const fresh = await look<FeedHealth>(path);
    expect(fresh.body).toMatchObject({ feed: feed.subscription, state: 'active', sequence: 1, ending: [] });
    expect(fresh.body.waitingSince).toBeDefined();
    expect(fresh.body).not.toHaveProperty('lastDelivered');
    await look(`${path}/entries`);
    await stand.slot(feed, said, { kind: 'recall', sequences: [1], state: 'pending' });
    await owner.query(
      `UPDATE subscriptions SET state = 'paused', reason = 'Holidays.', key = 2, key_overlap_until = now() + interval '2 days'
       WHERE subscription = $1`,
      [feed.subscription],
    );
    expect((await look<FeedHealth>(path)).body).toMatchObject({
      state: 'paused',
      reason: 'Holidays.',
      lastDelivered: { sequence: 1, channel: 'pull', at: expect.stringMatching(/^2.*Z$/) as string },
      recalls: { pending: 1, overdue: 0 },
      ending: [{ what: 'key', id: '1', at: expect.stringMatching(/^2.*Z$/) as string }],
    });
    expect((await look(`${path}/entries`)).body.code).toBe('subscription.paused');
    const recalls = await look<Page>(`${path}/recalls`);
    expect(recalls.body.entries).toMatchObject([{ sequence: 2, notice: { notice: 'recall', state: 'pending' } }]);
    const { body } = await look<{ feeds: FeedHealth[] }>('');
    expect(body.feeds.find((one) => one.feed === feed.subscription)).toMatchObject({ state: 'paused' });
    expect(body.feeds.every(({ feed: id }) => id !== undefined)).toBe(true);
  });

  it('of an organisation that has departed are closed but for the notices of what it holds', async () => {
    const { stand } = feeds;
    const { owner } = stand.store;
    const feed = await stand.subscribed();
    const said = await stand.said();
    await stand.slot(feed, said);
    await look(`/${feed.subscription}/entries`);
    await stand.slot(feed, said, { kind: 'recall', sequences: [1], state: 'pending' });
    await owner.query('UPDATE organisations SET departed_at = now() WHERE organisation = $1', [feed.organisation]);
    for (const path of [
      '',
      `/${feed.subscription}`,
      ...['entries', 'digest', 'stream'].map((one) => `/${feed.subscription}/${one}`),
    ])
      expect((await look(path)).body.code).toBe('organisation.departed');
    const { body } = await look<Page>(`/${feed.subscription}/recalls`);
    expect(body.entries).toMatchObject([{ sequence: 2, kind: 'notice' }]);
    await owner.query('UPDATE organisations SET departed_at = NULL WHERE organisation = $1', [feed.organisation]);
  });

  it('serve the test collection to every subscriber, and record no disclosure of it', async () => {
    const before = await feeds.stand.log.query<{ n: number }>(
      `SELECT count(*) AS n FROM audit WHERE act = 'disclosure'`,
      [],
    );
    const { body } = await look<Page>('/test/entries?limit=5');
    expect(body.entries.map((one) => one.withheld === true)).toEqual([false, false, false, false, true]);
    expect(body.more).toBe(true);
    expect((await look<Page>(`/test/entries?after=${body.cursor}`)).body.entries[0]?.sequence).toBe(6);
    expect((await look<Page>('/test/recalls')).body.entries).toHaveLength(6);
    expect((await look<{ digest: string }>('/test/digest')).body.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await feeds.stand.log.query(`SELECT count(*) AS n FROM audit WHERE act = 'disclosure'`, [])).toEqual(before);
  });
});
