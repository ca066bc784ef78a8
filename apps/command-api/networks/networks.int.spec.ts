import { randomUUID } from 'node:crypto';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { newKey, type AssertionBody } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';
import { decisionBody, networkBody, person } from '../../../test/support/networks.js';

interface Body {
  id: string;
  network: string;
  entity: string;
  assertions: string[];
  code?: string;
  faults?: { pointer: string; code: string }[];
}

let app: TestCommandApp;
let tokens: Record<string, string>;

beforeAll(async () => {
  app = await openTestCommandApp('networks');
  const names = ['coastal-analyst', 'coastal-saltmarsh', 'border-analyst'];
  tokens = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await app.tokenOf(name)])));
}, STARTUP_MS);
afterAll(() => app.close());

const send = (
  route: string,
  json: AssertionBody,
  persona = 'coastal-analyst',
  headers = newKey(),
): Promise<Answer<Body>> =>
  call<Body>(app.address, `POST /v1/${route}`, { token: tokens[persona] ?? '', json, headers });

async function done(route: string, json: AssertionBody, persona?: string): Promise<Body> {
  const { status, body, text } = await send(route, json, persona);
  expect([status, text]).toEqual([201, text]);
  return body;
}

async function faults(route: string, json: AssertionBody, persona?: string): Promise<string[]> {
  const { status, body } = await send(route, json, persona);
  return [`${status}`, ...(body.faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`)];
}

const lasts = async (assertion: string): Promise<unknown> =>
  (await app.store.log.readStream(`assertion-${assertion}`)).at(-1);
const secret = { marking: { gsc: 'OFFICIAL', tlp: 'RED' } };
const toBorder = { gsc: 'OFFICIAL', tlp: 'AMBER', releasableTo: [ORGANISATIONS.border.organisation] };
const members = (...people: number[]): AssertionBody =>
  decisionBody({ members: people.map((n) => ({ entity: person(n), role: 'transporter', category: 'suspect' })) });

describe('a network over HTTP', () => {
  it('is assessed once under one key, and named by its assessment', async () => {
    const headers = newKey();
    const first = await send('networks', networkBody({ aliases: ['The Ferrymen'] }), 'coastal-analyst', headers);
    const again = await send('networks', networkBody({ aliases: ['The Ferrymen'] }), 'coastal-analyst', headers);
    expect([first.status, again.body]).toEqual([201, first.body]);
    const { network, entity, assertions } = first.body;
    expect(assertions).toEqual([network]);
    expect(entity).toMatch(/^[0-9a-f]{32}$/);
    expect(await lasts(network)).toMatchObject({
      id: network,
      keyId: entity,
      body: {
        data: {
          subject: { kind: 'network', key: `breakwater:network/${network}` },
          decision: { act: 'assess-network', reason: 'One crew sells and runs these crossings.' },
        },
      },
    });
  });

  it('is revised by whoever sees it: the own word is replaced, that of others stands beside', async () => {
    const { network } = await done('networks', networkBody({ marking: toBorder }));
    await done(`networks/${network}/revise`, decisionBody({ threat: 'low' }), 'border-analyst');
    expect(await lasts(network)).toMatchObject({ streamVersion: 1 });
    const { assertions } = await done(`networks/${network}/revise`, decisionBody({ threat: 'grave', name: 'Gull' }));
    expect(await lasts(network)).toMatchObject({
      streamVersion: 2,
      body: { type: 'assertion.withdrawn', data: { statements: [{ index: 1 }, { index: 2 }] } },
    });
    await done(`networks/${network}/revise`, decisionBody({ threat: 'low' }));
    expect(await lasts(assertions[0]!)).toMatchObject({ body: { data: { statements: [{ index: 1 }] } } });
  });

  it('keeps what a colleague in a circle said of it, whom the reviser may not read', async () => {
    const { network } = await done('networks', networkBody());
    const inCircle = { marking: { gsc: 'OFFICIAL', tlp: 'AMBER', compartment: 'saltmarsh' }, threat: 'grave' };
    const kept = await done(`networks/${network}/revise`, decisionBody(inCircle), 'coastal-saltmarsh');
    await done(`networks/${network}/revise`, decisionBody({ threat: 'low' }));
    expect(await lasts(kept.assertions[0]!)).toMatchObject({ streamVersion: 1 });
  });

  it('has members of one assertion each, whose category somebody has to say where nobody did', async () => {
    const { network } = await done('networks', networkBody());
    const some = decisionBody({
      members: [
        { entity: person(1), role: 'organiser' },
        { entity: person(2), role: 'guide' },
      ],
    });
    const { assertions } = await done(`networks/${network}/members`, some);
    expect(assertions).toHaveLength(2);
    const { rows } = await app.owner.query('SELECT assertion FROM uncategorised_links WHERE assertion = ANY($1)', [
      assertions,
    ]);
    expect(rows).toHaveLength(2);
    const ended = decisionBody({ members: [{ entity: person(1), from: '2026-03' }] });
    const { assertions: ends } = await done(`networks/${network}/members/end`, ended);
    expect(await lasts(ends[0]!)).toMatchObject({ body: { data: { decision: { act: 'end-membership' } } } });
  });

  it('is part of another once merged, never of itself in a circle that the caller may see', async () => {
    const [one, other, third] = await Promise.all(
      [1, 2, 3].map(async () => (await done('networks', networkBody({ marking: toBorder }))).network),
    );
    const { assertions } = await done(`networks/${one}/merge`, decisionBody({ into: other, from: '2026-03' }));
    await done(`networks/${other}/merge`, decisionBody({ into: third }));
    expect(await faults(`networks/${third}/merge`, decisionBody({ into: one }))).toEqual([
      '400',
      '/into network.cyclic-merge',
    ]);
    expect(await faults(`networks/${one}/merge`, decisionBody({ into: one }))).toEqual([
      '400',
      '/into network.merge-with-itself',
    ]);
    const { rows } = await app.owner.query<{ act: string }>('SELECT act FROM audit WHERE ids[1] = $1 ORDER BY act', [
      assertions[0],
    ]);
    expect(rows.map(({ act }) => act)).toEqual(['collection', 'combination']);
    // Those mergers are coastal's alone: for border there is no circle, and it learns of none.
    await done(`networks/${third}/merge`, decisionBody({ into: one }), 'border-analyst');
    await send(`assertions/${assertions[0]}/withdraw`, { reason: 'Two crews after all.', purpose: 'operation-tern' });
    await done(`networks/${third}/merge`, decisionBody({ into: one }));
  });

  it('is part of another or the other of it, whichever two decide at the same time', async () => {
    const [one, other] = [
      (await done('networks', networkBody())).network,
      (await done('networks', networkBody())).network,
    ];
    const codes = await Promise.all([
      send(`networks/${one}/merge`, decisionBody({ into: other })),
      send(`networks/${other}/merge`, decisionBody({ into: one })),
    ]);
    expect(codes.map(({ status, body }) => body.code ?? status).sort()).toEqual([201, 'network.cyclic-merge']);
  });

  it('is split: who goes along is marked as closely as their membership, also when that is narrowed later', async () => {
    const { network } = await done('networks', networkBody({ marking: toBorder }));
    const open = await done(`networks/${network}/members`, { ...members(11), marking: toBorder });
    const close = await done(`networks/${network}/members`, { ...members(12), ...secret });
    const memberships = [...open.assertions, ...close.assertions];
    const split = networkBody({ name: 'Gull', memberships, from: '2026-03', marking: toBorder });
    const made = await done(`networks/${network}/split`, split);
    expect(made.assertions).toHaveLength(3);
    expect(made.network).toBe(made.assertions[0]);
    expect(await lasts(made.assertions[1]!)).toMatchObject({ marking: { tlp: 'AMBER' }, basis: open.assertions });
    expect(await lasts(made.assertions[2]!)).toMatchObject({ marking: { tlp: 'RED' }, basis: close.assertions });
    const narrowed = await send(`assertions/${open.assertions[0]}/regrade`, {
      ...{ marking: { gsc: 'OFFICIAL', tlp: 'RED' }, reason: 'A source is at risk.', purpose: 'operation-tern' },
    });
    expect(narrowed.status).toBe(200);
    expect(await lasts(made.assertions[1]!)).toMatchObject({
      body: { type: 'assertion.regraded' },
      marking: { tlp: 'RED' },
    });
    await done(`networks/${made.network}/members`, members(13));
  });
});

describe('what the caller may not see', () => {
  const STEPS: [route: string, json: (id: string) => AssertionBody][] = [
    ['revise', () => decisionBody({ threat: 'low' })],
    ['members', () => members(1)],
    ['members/end', () => decisionBody({ members: [{ entity: person(1) }] })],
    ['merge', (id) => decisionBody({ into: id })],
    ['split', (id) => networkBody({ memberships: [id] })],
  ];

  it.each(STEPS)('a hidden network answers like none: %s', async (route, json) => {
    const { network: hidden } = await done('networks', networkBody(secret));
    const { network: seen } = await done('networks', networkBody(), 'border-analyst');
    const tried = async (id: string): Promise<unknown[]> => {
      const { status, body } = await send(`networks/${id}/${route}`, json(seen), 'border-analyst');
      return [status, { ...body, requestId: '', instance: '' }];
    };
    const [status, problem] = await tried(hidden);
    expect([status, problem]).toEqual(await tried(randomUUID()));
    expect([status, problem]).toMatchObject([404, { code: 'not-found' }]);
    expect((await tried('nothing'))[0]).toBe(404);
  });

  it('is neither merged into nor taken along: hidden and unknown are one fault', async () => {
    const { network: hidden } = await done('networks', networkBody(secret));
    const { assertions } = await done(`networks/${hidden}/members`, { ...members(21), ...secret });
    const { network } = await done('networks', networkBody(), 'border-analyst');
    for (const id of [hidden, randomUUID()])
      expect(await faults(`networks/${network}/merge`, decisionBody({ into: id }), 'border-analyst')).toEqual([
        '400',
        '/into network.unknown',
      ]);
    for (const id of [assertions[0], randomUUID()])
      expect(await faults(`networks/${network}/split`, networkBody({ memberships: [id] }), 'border-analyst')).toEqual([
        '400',
        '/memberships/0 membership.unknown',
      ]);
  });
});

describe('a network that was taken back', () => {
  it('takes no more, and says so to those who may see it', async () => {
    const { network } = await done('networks', networkBody());
    await done(`networks/${network}/revise`, decisionBody({ status: 'disrupted' }));
    await send(`assertions/${network}/withdraw`, { reason: 'A rumour.', purpose: 'operation-tern' });
    const { status, body } = await send(`networks/${network}/members`, members(1));
    expect([status, body.code]).toEqual([409, 'network.withdrawn']);
    expect((await send(`networks/${network}/members`, members(1), 'border-analyst')).status).toBe(404);
    const { network: into } = await done('networks', networkBody());
    expect(await faults(`networks/${into}/merge`, decisionBody({ into: network }))).toEqual([
      '400',
      '/into network.withdrawn',
    ]);
  });
});

describe('bad input', () => {
  it('is told by place and code', async () => {
    const { network } = await done('networks', networkBody());
    const crowd = Array.from({ length: 65 }, (_, n) => n);
    const pointers = async (route: string, json: AssertionBody): Promise<string[]> =>
      (await faults(route, json)).map((fault) => fault.split(' ')[0]!);
    expect(await pointers(`networks/${network}/members`, members())).toEqual(['400', '/members']);
    expect(await pointers(`networks/${network}/members`, members(...crowd))).toEqual(['400', '/members']);
    const captain = decisionBody({ members: [{ entity: person(1), role: 'captain' }] });
    expect(await pointers(`networks/${network}/members`, captain)).toEqual(['400', '/members/0/role']);
    const ghost = decisionBody({ members: [{ entity: { kind: 'ghost', value: 'x' }, role: 'guide' }] });
    expect(await pointers(`networks/${network}/members`, ghost)).toEqual(['400', '/members/0/entity/kind']);
    expect(await pointers('networks', networkBody({ status: 'gone', reason: ' ' }))).toEqual([
      '400',
      '/status',
      '/reason',
    ]);
    expect(await pointers(`networks/${network}/merge`, decisionBody({ into: 'x' }))).toEqual(['400', '/into']);
    expect(await pointers(`networks/${network}/split`, networkBody({ memberships: [] }))).toEqual([
      '400',
      '/memberships',
    ]);
  });
});

describe('who is whom, over HTTP', () => {
  const account = (value: string) => ({ kind: 'account', platform: 'telegram', value });

  it('is an assertion that names them all, and brings together what was known of each', async () => {
    const others = [account('100012346'), account('100012347')];
    const json = decisionBody({ act: 'merge', subject: account('100012345'), others, confidence: 80 });
    const { status, body } = await send('identities', json);
    expect([status, body]).toMatchObject([201, { version: 1, entities: [{ kind: 'account' }, {}, {}] }]);
    expect(await lasts(body.id)).toMatchObject({ body: { data: { decision: { act: 'merge' } } } });
    const { rows } = await app.owner.query('SELECT act FROM audit WHERE ids[1] = $1 ORDER BY act', [body.id]);
    expect(rows).toEqual([{ act: 'collection' }, { act: 'combination' }]);
    expect(await faults('identities', { ...json, others: [] })).toMatchObject([
      '400',
      expect.stringMatching('/others '),
    ]);
    expect(await faults('identities', { ...json, others: [account('100012345')] })).toEqual([
      '400',
      '/others/0 statement.self-link',
    ]);
  });

  it('has hubs held apart by a demotion alone', async () => {
    const { id } = await done('demotions', decisionBody({ subject: account('100012345'), from: '2026-03' }));
    expect(await lasts(id)).toMatchObject({
      body: { data: { statements: [{ property: 'demoted', value: true }], decision: { act: 'demote' } } },
    });
  });
});
