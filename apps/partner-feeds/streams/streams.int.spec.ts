import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import pg from 'pg';
import type { ProblemDocument } from '#runtime';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import type { SubscribedFeed } from '../../../test/support/feed-stand.js';
import { openTestFeedsApp, type TestFeedsApp } from '../../../test/support/feeds-app.js';
import { call } from '../../../test/support/http.js';
import { serverSentEvents, type ServerSentEvent } from '../follow/event-stream.js';

let feeds: TestFeedsApp;
let token: string;
const open = new Set<ClientRequest>();

beforeAll(async () => {
  feeds = await openTestFeedsApp('feed-streams', {
    BREAKWATER_FEED_STREAM_TAIL: '5',
    BREAKWATER_FEED_CHECK_SECONDS: '1',
    BREAKWATER_FEED_HEARTBEAT_SECONDS: '1',
    BREAKWATER_FEED_SLOW_SECONDS: '1',
  });
  token = await feeds.stand.store.tokenOf('partner-feed');
}, STARTUP_MS);
afterEach(() => {
  for (const sent of open) sent.destroy();
  open.clear();
});
afterAll(() => feeds?.close());

interface Stream {
  response: IncomingMessage;
  /** The next event; undefined when the stream has ended. */
  next(): Promise<(ServerSentEvent & { body: Record<string, unknown> }) | undefined>;
}

async function follow(path: string, headers: Record<string, string> = {}, as = token): Promise<Stream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = httpRequest(`${feeds.address}/v1/feeds/${path}`, {
      headers: { authorization: `Bearer ${as}`, ...headers },
      agent: false,
    });
    open.add(sent);
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
  const events = serverSentEvents(response);
  return {
    response,
    next: async () => {
      const { value, done } = await events.next();
      return done === true ? undefined : { ...value, body: JSON.parse(value.data) as Record<string, unknown> };
    },
  };
}

async function filled(slots: number): Promise<SubscribedFeed> {
  const feed = await feeds.stand.subscribed();
  const said = await feeds.stand.said();
  for (let n = 0; n < slots; n += 1) await feeds.stand.slot(feed, said);
  return feed;
}

const sequences = async (stream: Stream, count: number): Promise<unknown[]> => {
  const got: unknown[] = [];
  while (got.length < count) got.push((await stream.next())?.body['sequence']);
  return got;
};

describe('a stream without a cursor', () => {
  it('begins with a snapshot of what stands, says where it ends, and goes on with what is new', async () => {
    const { stand } = feeds;
    const feed = await filled(60);
    await stand.ended(feed, 2);
    const stream = await follow(`${feed.subscription}/stream`);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'request-id': expect.any(String) as string,
    });
    expect(await sequences(stream, 59)).toEqual([1, ...Array.from({ length: 58 }, (_, i) => i + 3)]);
    const complete = await stream.next();
    const { body } = await call<{ digest: string }>(feeds.address, `GET /v1/feeds/${feed.subscription}/digest`, {
      token,
    });
    expect(complete).toMatchObject({ event: 'snapshot-complete', body: { sequence: 60, digest: body.digest } });
    await stand.slot(feed, await stand.said());
    const tail = await stream.next();
    expect(tail).toMatchObject({ event: 'event', lastEventId: tail?.body['cursor'], body: { sequence: 61 } });
    await stand.slot(feed, await stand.said(), { kind: 'recall', sequences: [61], state: 'pending' });
    expect(await stream.next()).toMatchObject({ event: 'notice', body: { sequence: 62 } });
  });

  it('of the test collection is a snapshot like any other', async () => {
    const stream = await follow('test/stream');
    const names: (string | undefined)[] = [];
    while (names.at(-1) !== 'snapshot-complete') names.push((await stream.next())?.event);
    expect(names.filter((name) => name === 'event').length).toBeGreaterThan(4);
  });
});

describe('a stream behind a cursor', () => {
  it('goes on behind it, with what is withheld named', async () => {
    const feed = await filled(4);
    await feeds.stand.ended(feed, 3);
    const first = await follow(`${feed.subscription}/stream`);
    const id = (await first.next())?.lastEventId ?? '';
    const stream = await follow(`${feed.subscription}/stream`, { 'last-event-id': id });
    expect(await stream.next()).toMatchObject({ event: 'event', body: { sequence: 2 } });
    expect(await stream.next()).toMatchObject({ event: 'withheld', body: { sequence: 3, withheld: true } });
    expect(await stream.next()).toMatchObject({ event: 'event', body: { sequence: 4 } });
    const anew = await follow(`${feed.subscription}/stream?snapshot=true`, { 'last-event-id': id });
    expect(await sequences(anew, 3)).toEqual([1, 2, 4]);
  });

  it('that is malformed, another’s, from the future or too old is refused before it begins', async () => {
    const [feed, other] = [await filled(7), await filled(7)];
    const codeWith = async (id: string): Promise<string> => {
      const { status, body } = await call<ProblemDocument>(feeds.address, `GET /v1/feeds/${feed.subscription}/stream`, {
        token,
        headers: { 'last-event-id': id },
      });
      return `${status} ${body.code}`;
    };
    const first = await follow(`${feed.subscription}/stream`);
    const oldest = (await first.next())?.lastEventId ?? '';
    const foreign = (await (await follow(`${other.subscription}/stream`)).next())?.lastEventId ?? '';
    expect(await codeWith('17')).toBe('400 feed.cursor-malformed');
    expect(await codeWith(foreign)).toBe('409 feed.cursor-foreign');
    expect(await codeWith(`1-99-${'x'.repeat(32)}`)).toBe('409 feed.cursor-ahead');
    expect(await codeWith(oldest)).toBe('409 feed.too-old');
  });
});

describe('an open stream', () => {
  const lastOf = async (stream: Stream) => {
    let last: Awaited<ReturnType<Stream['next']>>;
    for (let next = await stream.next(); next !== undefined; next = await stream.next()) last = next;
    return { event: last?.event, code: last?.body['code'] };
  };

  it('ends with a reason when the token expires', async () => {
    const feed = await filled(1);
    const short = await feeds.stand.store.tokenOf('partner-feed', { seconds: -3 });
    const stream = await follow(`${feed.subscription}/stream`, {}, short);
    expect(await lastOf(stream)).toEqual({ event: 'closing', code: 'token.expired' });
  });

  it('ends with a reason when the member loses the role, is removed, or its organisation departs', async () => {
    const { owner } = feeds.stand.store;
    const feed = await filled(1);
    const codes: unknown[] = [];
    const undo = [
      [
        `UPDATE members SET roles = '{analyst}' WHERE subject = 'partner-feed'`,
        `UPDATE members SET roles = '{feed-subscriber}' WHERE subject = 'partner-feed'`,
      ],
      [
        `UPDATE members SET subject = 'gone' WHERE subject = 'partner-feed'`,
        `UPDATE members SET subject = 'partner-feed' WHERE subject = 'gone'`,
      ],
      [`UPDATE organisations SET departed_at = now()`, 'UPDATE organisations SET departed_at = NULL'],
    ] as const;
    for (const [loss, gain] of undo) {
      const stream = await follow(`${feed.subscription}/stream`);
      await stream.next();
      await owner.query(loss);
      codes.push((await lastOf(stream)).code);
      await owner.query(gain);
    }
    expect(codes).toEqual(['role.missing', 'member.unknown', 'organisation.departed']);
  });

  it('writes nothing more once the role is lost, also when there is something new at that very moment', async () => {
    const { owner } = feeds.stand.store;
    const feed = await filled(1);
    const stream = await follow(`${feed.subscription}/stream`);
    await stream.next();
    await stream.next();
    await owner.query(`UPDATE members SET roles = '{analyst}' WHERE subject = 'partner-feed'`);
    await feeds.stand.slot(feed, await feeds.stand.said());
    expect(await stream.next()).toMatchObject({ event: 'closing' });
    await owner.query(`UPDATE members SET roles = '{feed-subscriber}' WHERE subject = 'partner-feed'`);
  });

  it('ends with a reason when the subscription is paused or ends', async () => {
    const codes: unknown[] = [];
    for (const state of ['paused', 'ended']) {
      const feed = await filled(1);
      const stream = await follow(`${feed.subscription}/stream`);
      await stream.next();
      await feeds.stand.store.owner.query('UPDATE subscriptions SET state = $2 WHERE subscription = $1', [
        feed.subscription,
        state,
      ]);
      codes.push((await lastOf(stream)).code);
    }
    expect(codes).toEqual(['subscription.paused', 'subscription.ended']);
  });

  it('goes on while something is taken back from another feed, which goes on after that', async () => {
    const { stand } = feeds;
    const [one, taken] = [await filled(1), await filled(1)];
    const streams = [await follow(`${one.subscription}/stream`), await follow(`${taken.subscription}/stream`)] as const;
    for (const stream of streams) await Promise.all([stream.next(), stream.next()]);
    const said = await stand.said();
    const fanOut = new pg.Client({ connectionString: stand.store.store.url });
    await fanOut.connect();
    await fanOut.query('BEGIN');
    await stand.takesBack(fanOut, [taken]);
    for (const feed of [one, taken]) await stand.slot(feed, said);
    expect(await sequences(streams[0], 1)).toEqual([2]);
    await until('its turn does not wait', async () => {
      const { rows } = await fanOut.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
      return rows.length > 0;
    });
    await fanOut.query('UPDATE feed_slots SET ended = position WHERE subscriber = $1 AND sequence = 2', [
      taken.subscriber,
    ]);
    await fanOut.query('COMMIT');
    await fanOut.end();
    expect(await streams[1].next()).toMatchObject({ event: 'withheld', body: { sequence: 2 } });
  });

  it('shows that it lives while there is nothing to say', async () => {
    const { response } = await follow('test/stream');
    let text = '';
    response.on('data', (piece: Buffer) => (text += piece.toString()));
    await until('there was no heartbeat', () => Promise.resolve(text.includes('\n\n:\n\n')));
  });

  it('of a reader that does not read is closed, and was not read ahead for', async () => {
    const { stand } = feeds;
    const feed = await stand.subscribed();
    const statements = Array.from({ length: 60 }, () => ({
      relation: 'STATED' as const,
      property: 'text',
      value: 'x'.repeat(1_900),
    }));
    const said = await stand.said(undefined, {
      body: {
        type: 'assertion.made',
        version: 1,
        data: { subject: { kind: 'account', key: 'telegram:1' }, statements },
      },
    });
    await stand.store.owner.query(
      `WITH made AS (INSERT INTO feed_slots SELECT $1, n, $2, n * 256, 1, NULL FROM generate_series(1, 1000) AS n)
       UPDATE feed_subscribers SET sequence = 1000 WHERE subscriber = $1`,
      [feed.subscriber, said.position],
    );
    const { response } = await follow(`${feed.subscription}/stream`);
    response.pause();
    const delivered = async () =>
      (
        await stand.log.query<{ n: number }>('SELECT count(*) AS n FROM feed_ledger WHERE subscriber = $1', [
          feed.subscriber,
        ])
      )[0]?.n ?? 0;
    await until('the stream was not closed', async () => {
      const { text } = await call(feeds.address, 'GET /metrics');
      return /^feed_streams_open 0$/m.test(text);
    });
    expect(await delivered()).toBeLessThan(200);
  });
});

describe('streams of a server that stops', () => {
  it('say so', async () => {
    const stopping = await openTestFeedsApp('feed-streams-stop');
    const token = await stopping.stand.store.tokenOf('partner-feed');
    const response = await fetch(`${stopping.address}/v1/feeds/test/stream`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const closed = stopping.app.close();
    expect(await response.text()).toContain('event: closing\ndata: {"code":"server.stopping"');
    await closed;
    await stopping.close();
  });
});
