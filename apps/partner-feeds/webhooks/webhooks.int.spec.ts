import { randomBytes, randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { Webhook } from 'standardwebhooks';
import { CursorKeySettings, FeedKeySettings, OidcSettings, createLogger, readSettings, type HttpApp } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { until } from '../../../infra/local/until.js';
import { FeedStand, type SubscribedFeed } from '../../../test/support/feed-stand.js';
import { call, type Answer } from '../../../test/support/http.js';
import { Receiver } from '../../../test/support/webhook-receiver.js';
import { Deliveries } from '../deliveries/deliveries.js';
import { startPartnerFeeds } from '../partner-feeds.js';
import { FeedSettings } from '../settings.js';
import { Dispatcher } from './dispatcher.js';
import { Endpoints } from './endpoints.js';
import { thinMessage } from './messages.js';
import { sendingBy, type Send } from './sending.js';
import { signingSecret } from './signing.js';
import { webhookHealth, type WebhookHealth } from './webhook-health.js';
import { WebhookMetrics } from './webhook-metrics.js';

const FEED_KEY = randomBytes(32);

describe('webhooks', () => {
  let stand: FeedStand;
  let deliveries: Deliveries;
  const receivers: Receiver[] = [];
  const dispatchers: Dispatcher[] = [];

  beforeAll(async () => {
    stand = await FeedStand.open('webhooks');
    deliveries = new Deliveries(stand.log, FEED_KEY);
  });

  afterEach(async () => {
    await Promise.all(dispatchers.splice(0).map((one) => one.onModuleDestroy()));
    for (const receiver of receivers.splice(0)) receiver.close();
  });

  afterAll(() => stand.close());

  const here = { ports: [443], localTargets: ['127.0.0.1'] };
  const terms = { feedKey: FEED_KEY, targets: here, resolve: () => Promise.resolve([]) };
  const sending = sendingBy(terms);

  function dispatch(changes: { timeoutMs?: number; places?: number; send?: Send } = {}): Dispatcher {
    const { places = 10, timeoutMs = 5_000, send = sendingBy({ ...terms, timeoutMs }) } = changes;
    const dispatcher = new Dispatcher({
      endpoints: new Endpoints(stand.log),
      deliveries,
      send,
      base: 'https://feeds.example',
      places,
      metrics: new WebhookMetrics(new Registry()),
      log: createLogger('spec', 'silent'),
    });
    dispatcher.onApplicationBootstrap();
    dispatchers.push(dispatcher);
    return dispatcher;
  }

  async function receiver(answer?: Receiver['answer']): Promise<Receiver> {
    const one = await new Receiver().open();
    if (answer !== undefined) one.answer = answer;
    receivers.push(one);
    return one;
  }

  async function webhook(to: Receiver, slots: number, payload = 'thin'): Promise<SubscribedFeed> {
    const feed = await stand.subscribed();
    for (let n = 0; n < slots; n += 1) await stand.slot(feed, await stand.said());
    await change(feed, `channel = '${JSON.stringify({ kind: 'webhook', url: to.url, payload })}'`);
    return feed;
  }

  async function change({ subscription }: SubscribedFeed, what: string): Promise<void> {
    await stand.store.owner.query(`UPDATE subscriptions SET version = version + 1, ${what} WHERE subscription = $1`, [
      subscription,
    ]);
  }

  /** As if so much time had passed. */
  async function later({ subscriber }: SubscribedFeed): Promise<void> {
    await stand.store.owner.query(
      `UPDATE feed_webhooks SET due_at = clock_timestamp(), leased_until = clock_timestamp() WHERE subscriber = $1`,
      [subscriber],
    );
    for (const each of dispatchers) each.ring();
  }

  async function health(
    feed: SubscribedFeed,
    missing: string,
    check: (health: WebhookHealth) => boolean,
  ): Promise<WebhookHealth> {
    return await until(missing, async () => {
      const now = await webhookHealth(stand.log, feed.subscription);
      return now !== undefined && check(now) && now;
    });
  }

  async function ids(feed: SubscribedFeed, upTo: number): Promise<string[]> {
    const as = { ...feed, reader: 'spec' };
    const places = await Promise.all(Array.from({ length: upTo }, (_, n) => deliveries.nameOf(as, n + 1)));
    return places.map((place) => place!.delivery);
  }

  test('sends what is due in order, one by one, signed, and names deliveries without showing them', async () => {
    const to = await receiver();
    const feed = await webhook(to, 3);
    dispatch();
    const done = await health(feed, 'not all were sent', ({ sentThrough }) => sentThrough === 3);
    expect(done).toMatchObject({ state: 'sending', behind: 0, failedAttempts: 0, lastAnswer: '204' });
    expect(to.sequences).toEqual([1, 2, 3]);
    expect(to.most).toBe(1);
    expect(to.got.map(({ id }) => id)).toEqual(await ids(feed, 3));
    const [first] = to.got;
    const cursor = (await deliveries.nameOf({ ...feed, reader: 'spec' }, 1))!.cursor;
    expect(first!.body).toEqual({
      type: 'feed.delivery',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      data: {
        subscription: feed.subscription,
        sequence: 1,
        delivery: first!.id,
        cursor,
        url: `https://feeds.example/v1/feeds/${feed.subscription}/entries/${cursor}`,
      },
    });
    const secret = signingSecret(FEED_KEY, feed.subscription, 1);
    expect(new Webhook(secret).verify(first!.text, first!.headers)).toEqual(first!.body);
    const ledger = 'SELECT FROM feed_ledger WHERE subscriber = $1';
    expect(await stand.log.query(ledger, [feed.subscriber])).toEqual([]);
  });

  test('carries the delivery itself where the subscriber wants it, and then it stands in the ledger', async () => {
    const to = await receiver();
    const feed = await webhook(to, 1, 'full');
    await stand.slot(feed, await stand.said(), { kind: 'recall', sequences: [1], state: 'pending' });
    dispatch();
    await health(feed, 'not all were sent', ({ sentThrough }) => sentThrough === 2);
    expect(to.got.map(({ body }) => body.type)).toEqual(['assertion.made', 'feed.recall']);
    expect(to.got[0]!.body.data).toMatchObject({ sequence: 1, kind: 'event', event: { specversion: '1.0' } });
    const rows = await stand.log.query<{ sequence: number; channel: string }>(
      'SELECT sequence, channel FROM feed_ledger WHERE subscriber = $1 ORDER BY sequence',
      [feed.subscriber],
    );
    expect(rows).toEqual([1, 2].map((sequence) => ({ sequence, channel: 'webhook' })));
  });

  test('a failure holds back what follows, is sent again with the same id, and both keys sign while they overlap', async () => {
    const busy = { 'retry-after': '120' };
    const to = await receiver((response, nth) => void response.writeHead(nth === 1 ? 429 : 200, busy).end());
    const feed = await webhook(to, 2);
    dispatch();
    const waiting = await health(feed, 'no failure was seen', ({ failedAttempts }) => failedAttempts === 1);
    expect(waiting).toMatchObject({ state: 'waiting', sentThrough: 0, behind: 2, lastAnswer: '429' });
    expect(Date.parse(waiting.nextAttemptAt!) - Date.parse(waiting.lastAttemptAt!)).toBeGreaterThanOrEqual(120_000);
    expect(to.sequences).toEqual([1]);
    await change(feed, `key = 2, key_overlap_until = now() + interval '1 hour'`);
    await later(feed);
    await health(feed, 'not all were sent', ({ sentThrough }) => sentThrough === 2);
    expect(to.sequences).toEqual([1, 1, 2]);
    expect(to.got[1]!.id).toBe(to.got[0]!.id);
    for (const key of [1, 2]) {
      const check = new Webhook(signingSecret(FEED_KEY, feed.subscription, key));
      expect(check.verify(to.got[2]!.text, to.got[2]!.headers)).toEqual(to.got[2]!.body);
    }
  });

  test('an endpoint that is gone is paused, says why, and starts anew when its subscriber acts', async () => {
    const to = await receiver((response, nth) => void response.writeHead(nth === 1 ? 410 : 200).end());
    const feed = await webhook(to, 1);
    dispatch();
    const paused = await health(feed, 'it was not paused', ({ state }) => state === 'paused');
    expect(paused).toMatchObject({ pausedBecause: 'webhook.gone', lastAnswer: '410', sentThrough: 0, behind: 1 });
    await change(feed, `state = 'active'`);
    const anew = await health(feed, 'it did not start anew', ({ sentThrough }) => sentThrough === 1);
    expect(anew).toMatchObject({ state: 'sending', failedAttempts: 0 });
    expect(anew.pausedBecause).toBeUndefined();
  });

  test('after the tenth attempt it is paused', async () => {
    const to = await receiver((response) => void response.writeHead(302, { location: 'https://a.example/' }).end());
    const feed = await webhook(to, 1);
    dispatch();
    for (let failed = 1; failed < 10; failed += 1) {
      await health(feed, `attempt ${failed} was not made`, ({ failedAttempts }) => failedAttempts === failed);
      await later(feed);
    }
    const paused = await health(feed, 'it was not paused', ({ state }) => state === 'paused');
    expect(paused).toMatchObject({ pausedBecause: 'webhook.exhausted', failedAttempts: 10, lastAnswer: '302' });
    expect(new Set(to.got.map(({ id }) => id)).size).toBe(1);
  });

  test('endpoints that never answer delay nobody, though there are more of them than places', async () => {
    const silent = await receiver(() => undefined);
    for (let n = 0; n < 6; n += 1) await webhook(silent, 1);
    const dispatcher = dispatch({ places: 4, timeoutMs: 1_000 });
    await until('they were not tried', () => silent.got.length >= 6);
    const swift = await receiver();
    const feed = await webhook(swift, 5);
    dispatcher.ring();
    await health(feed, 'it had to wait', ({ sentThrough }) => sentThrough === 5);
    expect(swift.sequences).toEqual([1, 2, 3, 4, 5]);
  });

  test('two processes send nothing twice at once, and what one had sent when it died is sent again with the same id', async () => {
    const to = await receiver();
    const feed = await webhook(to, 8);
    const crashed = new Endpoints(stand.log);
    await crashed.enrol();
    const [held] = await crashed.takeDue('swift', 1);
    expect(held).toMatchObject({ subscription: feed.subscription, sent: 0 });
    const place = await deliveries.nameOf({ ...feed, reader: 'spec' }, 1);
    await sending(held!, thinMessage(feed.subscription, place!, ''), new AbortController().signal);
    dispatch();
    dispatch();
    expect(await crashed.takeDue('swift', 1)).toEqual([]);
    expect(to.sequences).toEqual([1]);
    await later(feed);
    await health(feed, 'not all were sent', ({ sentThrough }) => sentThrough === 8);
    expect(to.sequences).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(to.got[1]!.id).toBe(to.got[0]!.id);
    expect(to.most).toBe(1);
    const step = { do: 'go-on', afterMs: 0, spacingMs: 0 } as const;
    const late = { sequence: 1, outcome: { kind: 'answered', status: 200 } as const, tookMs: 1, step };
    expect(await crashed.settle(held!, late)).toBe(false);
  });

  test('what is paused by its subscriber is not sent to', async () => {
    const to = await receiver();
    const [still, other] = [await webhook(to, 1), await webhook(to, 1)];
    await change(still, `state = 'paused', reason = 'Moving house.'`);
    dispatch();
    await health(other, 'the other got nothing', ({ sentThrough }) => sentThrough === 1);
    expect(to.got.map(({ body }) => body.data['subscription'])).toEqual([other.subscription]);
  });

  test('whatever endpoints and senders do, each endpoint gets its whole feed in order, and a repeat is known by its id', async () => {
    const [endpoints, slots] = [3, 8];
    const answers: readonly Receiver['answer'][] = [
      (response) => void response.writeHead(500).end(),
      (response) => void response.writeHead(200).end('thank you'),
      (response) => void response.destroy(), // it has read the message and does not say so
      (response) => void response.writeHead(429, { 'retry-after': '3600' }).end(),
      (response) => void response.writeHead(204).end(),
    ];
    const misbehave: Receiver['answer'] = (response, nth, got) => answers[nth % answers.length]?.(response, nth, got);
    const feeds: { to: Receiver; feed: SubscribedFeed }[] = [];
    for (let n = 0; n < endpoints; n += 1) {
      const to = await receiver(misbehave);
      feeds.push({ to, feed: await webhook(to, slots / 2, n % 2 === 0 ? 'thin' : 'full') });
    }
    let sendings = 0;
    const dying: Send = async (...given) => {
      const outcome = await sending(...given);
      sendings += 1;
      if (sendings % 3 === 0) throw new Error('died before it could say how it went');
      return outcome;
    };
    for (let n = 0; n < 2; n += 1) dispatch({ send: dying });
    for (let n = slots / 2; n < slots; n += 1) for (const { feed } of feeds) await stand.slot(feed, await stand.said());
    await stand.ended(feeds[1]!.feed, slots - 1);
    await until(
      'not all came to their end',
      async () => {
        await stand.store.owner.query('UPDATE feed_webhooks SET due_at = clock_timestamp() WHERE lease IS NULL');
        for (const each of dispatchers) each.ring();
        const healths = await Promise.all(feeds.map(({ feed }) => webhookHealth(stand.log, feed.subscription)));
        return healths.every((one) => one?.sentThrough === slots);
      },
      25_000,
    );
    for (const { to, feed } of feeds) {
      expect(to.got.length).toBeGreaterThan(slots * 1.5);
      expect([...new Set(to.got.map(({ id }) => id))]).toEqual(await ids(feed, slots));
      const steps = to.sequences.slice(1).map((sequence, n) => Number(sequence) - Number(to.sequences[n]));
      expect([to.most, Math.min(...steps), Math.max(...steps)]).toEqual([1, 0, 1]);
    }
  });

  describe('and what its subscriber can ask for', () => {
    let app: HttpApp;
    let token: string;
    const lines: string[] = [];

    beforeEach(async () => {
      const settings = readSettings(
        { oidc: OidcSettings, cursorKey: CursorKeySettings, feedKey: FeedKeySettings, feeds: FeedSettings },
        {
          ...stand.store.environment,
          BREAKWATER_CURSOR_KEY: FEED_KEY.toString('base64'),
          BREAKWATER_FEED_KEY: FEED_KEY.toString('base64'),
          BREAKWATER_WEBHOOK_LOCAL_TARGETS: '127.0.0.1',
        },
      );
      const log = createLogger('spec', 'trace', { write: (line) => void lines.push(line) });
      app = await startPartnerFeeds(settings, stand.log, { ownsProcess: false, log });
      token = await stand.store.tokenOf('partner-feed');
    });

    afterEach(() => app.close());

    function ask<Body>({ subscription }: SubscribedFeed, route: string, json?: unknown): Promise<Answer<Body>> {
      const [method, path] = route.split(' ');
      return call<Body>(app.address, `${method} /v1/feeds/${subscription}/${path}`, { token, json });
    }

    async function auditOf({ subscription }: SubscribedFeed): Promise<string[]> {
      const rows = await stand.store.owner.query<{ reason: string }>(
        'SELECT reason FROM audit WHERE ids @> ARRAY[$1] ORDER BY seq',
        [subscription],
      );
      return rows.rows.map(({ reason }) => reason);
    }

    test('the keys that sign now, and nobody else gets them', async () => {
      const feed = await webhook(await receiver(), 0);
      const one = await ask(feed, 'GET signing-keys');
      expect(one.body).toEqual({ keys: [{ key: 1, secret: signingSecret(FEED_KEY, feed.subscription, 1) }] });
      expect(one.headers['cache-control']).toBe('no-store');
      await change(feed, `key = 2, key_overlap_until = now() + interval '1 hour'`);
      const two = await ask<{ keys: { key: number; until?: string }[] }>(feed, 'GET signing-keys');
      expect(two.body.keys.map(({ key, until: end }) => [key, end === undefined])).toEqual([
        [2, true],
        [1, false],
      ]);
      expect(await auditOf(feed)).toEqual(['feed.signing-keys', 'feed.signing-keys']);
      expect(lines.length).toBeGreaterThan(0);
      const secret = signingSecret(FEED_KEY, feed.subscription, 1).slice('whsec_'.length);
      expect(lines.join('')).not.toContain(secret);

      const others = await stand.subscribed(ORGANISATIONS.coastal.organisation);
      const nowhere = { ...feed, subscription: randomUUID() };
      const answers = [
        await ask<{ code: string }>(others, 'GET signing-keys'),
        await ask<{ code: string }>(nowhere, 'GET signing-keys'),
      ];
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
        [404, 'not-found'],
        [404, 'not-found'],
      ]);
    });

    test('a range sent again, with the same ids, and then what is new', async () => {
      const to = await receiver();
      const feed = await webhook(to, 4);
      await health(feed, 'not all were sent', ({ sentThrough }) => sentThrough === 4);
      expect((await ask<{ code: string }>(feed, 'POST webhook/replay', { from: 2, to: 5 })).body.code).toBe(
        'webhook.replay-range',
      );
      expect((await ask(feed, 'POST webhook/replay', { from: 0, to: 2 })).status).toBe(400);
      expect((await ask(feed, 'POST webhook/replay', { from: 2, to: 3 })).status).toBe(202);
      await stand.slot(feed, await stand.said());
      const done = await health(feed, 'not all were sent', ({ sentThrough }) => sentThrough === 5);
      expect(done.replay).toBeUndefined();
      expect(to.sequences).toEqual([1, 2, 3, 4, 2, 3, 5]);
      expect(to.got[4]!.id).toBe(to.got[1]!.id);
      expect(await auditOf(feed)).toEqual(['feed.webhook-replay']);
    });

    test('a test message, also while it is paused, and not many at once', async () => {
      const to = await receiver((response, nth) => void response.writeHead(nth === 1 ? 410 : 200).end());
      const feed = await webhook(to, 1);
      await health(feed, 'it was not paused', ({ state }) => state === 'paused');
      const { body: seen } = await call(app.address, `GET /v1/feeds/${feed.subscription}`, { token });
      expect(seen).toMatchObject({ state: 'active', webhook: { state: 'paused', pausedBecause: 'webhook.gone' } });
      const soon = await ask<{ code: string }>(feed, 'POST webhook/test');
      expect([soon.status, soon.body.code, soon.headers['retry-after']]).toEqual([429, 'webhook.test-too-soon', '5']);
      await stand.store.owner.query(`UPDATE feed_webhooks SET attempted_at = now() - interval '1 minute'`);
      expect((await ask(feed, 'POST webhook/test')).body).toMatchObject({ taken: true, answer: '200' });
      const { id, body, text, headers } = to.got[1]!;
      expect(body).toMatchObject({ type: 'feed.test', data: { subscription: feed.subscription } });
      expect(id).toMatch(/^test_[\w-]+$/);
      expect(new Webhook(signingSecret(FEED_KEY, feed.subscription, 1)).verify(text, headers)).toEqual(body);
      expect((await webhookHealth(stand.log, feed.subscription))?.state).toBe('paused');
    });

    test('nothing of it where the subscription is no webhook', async () => {
      const feed = await stand.subscribed();
      for (const [route, json] of [['POST webhook/test'], ['POST webhook/replay', { from: 1, to: 1 }]] as const)
        expect((await ask<{ code: string }>(feed, route, json)).body.code).toBe('webhook.none');
      expect(await webhookHealth(stand.log, feed.subscription)).toBeUndefined();
    });
  });
});
