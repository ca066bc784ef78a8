import { randomUUID } from 'node:crypto';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { newKey } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';

let app: TestCommandApp;
let stranger: string;
beforeAll(async () => {
  app = await openTestCommandApp('subscriptions');
  // Somebody of another organisation in the same role: it must not help.
  await app.owner.query(
    `INSERT INTO members (issuer, subject, organisation, roles, compartments)
     SELECT $1, 'border-feed', organisation, '{feed-subscriber}', '{}' FROM organisations WHERE name = 'Border Unit'`,
    [app.issuer],
  );
  stranger = await app.tokenOf('partner-feed', { subject: 'border-feed' });
}, STARTUP_MS);
afterAll(() => app?.close());

const purpose = 'feed-desk';
const asked = { purpose, name: 'Channel crossings', filter: { themes: ['boat-crossing'] }, channel: { kind: 'pull' } };
const webhook = { kind: 'webhook', url: 'https://partner.example/hook' };

interface Body {
  subscription: string;
  subscriptions: { subscription: string; state: string }[];
  truncated: boolean;
  after?: string;
  state: string;
  key: number;
  keyOverlapUntil: string;
  code: string;
  faults: { pointer: string; code: string }[];
}

const send = async (route: string, json?: object, token?: string): Promise<Answer<Body>> =>
  call<Body>(app.address, route, {
    token: token ?? (await app.tokenOf('partner-feed')),
    headers: { ...newKey(), 'breakwater-purpose': purpose },
    ...(json === undefined ? {} : { json: { purpose, ...json } }),
  });
const make = async (changes: object = {}): Promise<string> => {
  const { status, body, text } = await send('POST /v1/subscriptions', { ...asked, ...changes });
  if (status !== 201) throw new Error(text);
  return body.subscription;
};
const step = (id: string, name: string, json: object = {}): Promise<Answer<Body>> =>
  send(`POST /v1/subscriptions/${id}/${name}`, json);

interface Row {
  type: string;
  body: { marking: object; actor: object; data: object };
}
async function eventsOf(subscription: string): Promise<Row[]> {
  const { rows } = await app.owner.query<{ type: string; body: string }>(
    'SELECT type, body FROM events WHERE stream = $1 ORDER BY stream_version',
    [`subscription-${subscription}`],
  );
  return rows.map(({ type, body }) => ({ type, body: JSON.parse(body) as Row['body'] }));
}
async function tableRow(subscription: string): Promise<Record<string, unknown>> {
  const { rows } = await app.owner.query('SELECT * FROM subscriptions WHERE subscription = $1', [subscription]);
  return rows[0] as Record<string, unknown>;
}

let subscribers = 100;
/** A notice as fan-out makes it, at place 3 of the subscriber's sequence. */
async function notice(subscription: string, state: string | null = 'pending'): Promise<number> {
  subscribers += 1;
  await app.owner.query(
    'INSERT INTO feed_subscribers (subscriber, subscription, organisation, epoch) VALUES ($1, $2, $3, 1)',
    [subscribers, subscription, randomUUID()],
  );
  await app.owner.query(
    `INSERT INTO feed_notices (subscriber, sequence, kind, reason, sequences, state) VALUES ($1, 3, 'recall', 'withdrawn', '{1}', $2)`,
    [subscribers, state],
  );
  return subscribers;
}

describe('subscriptions', () => {
  it('are made, changed, paused, resumed and ended; the table follows from the events', async () => {
    const id = await make({ filter: { themes: ['boat-crossing'], types: ['assertion.made'], own: false } });
    expect(
      (await step(id, 'change', { filter: { types: ['assertion.made'], themes: ['boat-crossing'] } })).body,
    ).toMatchObject({
      state: 'active',
    });
    expect((await step(id, 'change', { name: 'Boats', channel: webhook })).status).toBe(200);
    expect((await step(id, 'pause', { reason: 'maintenance' })).body).toMatchObject({
      state: 'paused',
      reason: 'maintenance',
    });
    expect((await step(id, 'resume')).body).toMatchObject({ state: 'active' });
    const rotated = await step(id, 'rotate-key', { overlapHours: 0 });
    expect(rotated.body).toMatchObject({ key: 2, keyOverlapUntil: expect.stringMatching(/^\d{4}-.*Z$/) as string });
    expect(await tableRow(id)).toMatchObject({
      ...{ name: 'Boats', state: 'active', reason: null, version: 5, key: 2 },
      channel: { ...webhook, payload: 'thin' },
    });
    expect((await step(id, 'end', { reason: 'over' })).body).toMatchObject({ state: 'ended', reason: 'over' });
    expect((await step(id, 'resume')).body.code).toBe('subscription.ended');
    const events = await eventsOf(id);
    expect(events.map(({ type }) => type.split('.')[1])).toEqual([
      ...['made', 'changed', 'paused', 'resumed', 'key-rotated', 'ended'],
    ]);
    for (const { body } of events)
      expect(body).toMatchObject({
        marking: { tlp: 'AMBER+STRICT', releasableTo: [] },
        actor: { role: 'feed-subscriber' },
      });
    const { rows } = await app.owner.query<{ reason: string }>(
      `SELECT reason FROM audit WHERE $1 = ANY (ids) AND act = 'alteration' ORDER BY seq`,
      [id],
    );
    expect(rows.map(({ reason }) => reason)).toEqual([
      ...['make', 'change', 'change', 'pause', 'resume', 'rotate-key', 'end'].map((each) => `subscription.${each}`),
    ]);
  });

  it('are listed in pages, the newest first', async () => {
    const ids = [await make(), await make(), await make()].reverse();
    const first = await send('GET /v1/subscriptions?limit=2');
    expect(first.body).toMatchObject({ truncated: true, after: ids[1] });
    expect(first.body.subscriptions.map(({ subscription }) => subscription)).toEqual(ids.slice(0, 2));
    const next = await send(`GET /v1/subscriptions?limit=1&after=${first.body.after}`);
    expect(next.body.subscriptions.map(({ subscription }) => subscription)).toEqual(ids.slice(2));
    expect((await send(`GET /v1/subscriptions/${ids[0]}`)).body).toMatchObject({ subscription: ids[0], ...{ key: 1 } });
  });

  it('are made once, however often the call is repeated', async () => {
    const token = await app.tokenOf('partner-feed');
    const again = { token, headers: newKey(), json: asked };
    const [one, two] = [
      await call<Body>(app.address, 'POST /v1/subscriptions', again),
      await call<Body>(app.address, 'POST /v1/subscriptions', again),
    ];
    expect([one.status, two.status, two.body]).toEqual([201, 201, one.body]);
    expect(await eventsOf(one.body.subscription)).toHaveLength(1);
  });

  it('of another organisation are not there, for whatever is asked', async () => {
    const id = await make({ channel: webhook });
    await notice(id);
    const reason = 'over';
    const answers = await Promise.all([
      send(`GET /v1/subscriptions/${id}`, undefined, stranger),
      send(`POST /v1/subscriptions/${id}/end`, { reason }, stranger),
      send(`POST /v1/subscriptions/${id}/rotate-key`, {}, stranger),
      send(`POST /v1/subscriptions/${id}/recalls/3/answer`, { answer: 'applied' }, stranger),
      send(`POST /v1/subscriptions/${randomUUID()}/end`, { reason }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [404, 'not-found']));
    expect((await send('GET /v1/subscriptions', undefined, stranger)).body.subscriptions).toEqual([]);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it.each([
    [{ filter: { types: ['member.admitted'] } }, '/filter/types/0', 'filter.type-unknown'],
    [{ filter: { territories: ['GB', 'UK'] } }, '/filter/territories/1', 'filter.territory-unknown'],
    [{ filter: { platforms: ['tiktok', 'yt'] } }, '/filter/platforms/1', 'filter.platform-alias'],
    [{ filter: { platforms: ['YouTube!'] } }, '/filter/platforms/0', 'filter.platform-form'],
    [{ filter: { networks: ['moth'] } }, '/filter/networks/0', 'filter.network-form'],
    [{ filter: { themes: [] } }, '/filter/themes', undefined],
    [{ filter: { themes: ['weather'] } }, '/filter/themes', undefined],
    [{ filter: null }, '/filter', undefined],
    [{ name: ' ' }, '/name', undefined],
    [{ channel: { kind: 'push' } }, '/channel/kind', undefined],
    [{ channel: { kind: 'webhook' } }, '/channel/url', undefined],
    [{ channel: { kind: 'pull', payload: 'full' } }, '/channel/payload', 'channel.not-a-webhook'],
    [{ channel: { ...webhook, url: 'http://partner.example/' } }, '/channel/url', 'webhook.url-not-https'],
    [{ channel: { ...webhook, url: 'https://127.0.0.1/' } }, '/channel/url', 'webhook.url-host'],
  ])('are refused where they could never work: %j', async (changes, pointer, code) => {
    const { status, body } = await send('POST /v1/subscriptions', { ...asked, ...changes });
    expect([status, body.faults[0]?.pointer.slice(0, pointer.length)]).toEqual([expect.any(Number), pointer]);
    expect([400, 422]).toContain(status);
    if (code !== undefined) expect(body.faults[0]?.code).toBe(code);
  });
});

describe('answers to recalls', () => {
  const stateOf = async (subscriber: number): Promise<string | undefined> =>
    (await app.owner.query<{ state: string }>('SELECT state FROM feed_notices WHERE subscriber = $1', [subscriber]))
      .rows[0]?.state;

  it('are kept with the notice; the same again is no second event, and another one counts instead', async () => {
    const id = await make();
    const subscriber = await notice(id, 'overdue');
    const answer = (json: object): Promise<Answer<Body>> => step(id, 'recalls/3/answer', json);
    expect((await answer({ answer: 'applied' })).body).toEqual({ subscription: id, sequence: 3, state: 'applied' });
    expect((await answer({ answer: 'applied' })).status).toBe(200);
    expect(await stateOf(subscriber)).toBe('applied');
    expect((await answer({ answer: 'refused' })).body.faults[0]?.pointer).toBe('/reason');
    await step(id, 'end', { reason: 'over' });
    expect((await answer({ answer: 'refused', reason: 'part of a trial' })).status).toBe(200);
    expect(await stateOf(subscriber)).toBe('refused');
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
      ...['subscription.made', 'recall.answered', 'subscription.ended', 'recall.answered'],
    ]);
    expect((await tableRow(id))['version']).toBe(3);
  });

  it('are for what was asked', async () => {
    const id = await make();
    await notice(id, null);
    const codes = async (path: string): Promise<[number, string]> => {
      const { status, body } = await step(id, path, { answer: 'applied' });
      return [status, body.code];
    };
    expect(await codes('recalls/3/answer')).toEqual([409, 'recall.not-asked']);
    expect(await codes('recalls/4/answer')).toEqual([404, 'not-found']);
    expect((await codes('recalls/0/answer'))[0]).toBe(400);
  });
});
