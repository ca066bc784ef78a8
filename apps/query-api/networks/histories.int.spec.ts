import { bodyOf, type EntityRef, type Marking, type RecordedEvent } from '#events';
import { IDENTIFIERS_VERSION } from '#identifiers';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { markingFor, QuestionStand, type OrganisationKey } from '../../../test/flow/questions-stand.js';
import { newKey, type AssertionBody } from '../../../test/support/assertions.js';
import { call, type Answer } from '../../../test/support/http.js';
import { someDraft } from '../../../test/support/log-events.js';
import { decisionBody, person } from '../../../test/support/networks.js';
import { Cases } from '../../../test/support/removals.js';
import type { Cluster } from '../questions/cluster.js';
import type { EntityCard } from '../questions/entity-card.js';
import type { NetworkCard } from './network-answer.js';

/**
 * Who was who, and who was in it, at every date and as known at every time: said over HTTP, projected, and asked of a real
 * Neo4j. Handles, names and numbers are dated statements, and identity is decided by statements, so no answer rewrites another.
 */

let stand: QuestionStand;
const JANUARY = { validAt: '2026-01-15' };
const MAY = { validAt: '2026-05-15' };
const ours = markingFor('border');

/** Questions are planned at their first use, which takes a busy machine seconds each. */
jest.setTimeout(120_000);

beforeAll(async () => {
  stand = await QuestionStand.open();
  await says(one, 'HAS_HANDLE', north, { to: '2026-03' });
  await says(one, 'HAS_HANDLE', south, { from: '2026-04' });
  await says(other, 'HAS_HANDLE', south, { to: '2026-03' });
  await says(other, 'HAS_HANDLE', north, { from: '2026-04' });
  await says(person(1), 'USES_NUMBER', number, { to: '2026-02-10' });
  await says(person(2), 'USES_NUMBER', number, { from: '2026-03-01' });
  await says(group, 'HAS_NAME', { kind: 'name', value: 'Boats to Dover' }, { to: '2026-03' });
  await says(group, 'HAS_NAME', { kind: 'name', value: 'Fish and Chips' }, { from: '2026-04' });
  await stand.hold();
}, STARTUP_MS);
afterAll(() => stand?.close());

const account = (value: string): AssertionBody => ({ kind: 'account', platform: 'telegram', value });
const handle = (value: string): AssertionBody => ({ kind: 'handle', platform: 'telegram', value });
const [one, other] = [account('100000001'), account('100000002')];
const [north, south] = [handle('northern_skipper'), handle('southern_skipper')];
const number: AssertionBody = { kind: 'phone-number', value: '+44 20 7946 0321' };
const group: AssertionBody = { kind: 'group', platform: 'telegram', value: '-1009876' };

function says(
  subject: AssertionBody,
  relation: string,
  object: AssertionBody,
  terms: AssertionBody = {},
): Promise<string> {
  return stand.say('coastal', { subject, statements: [{ relation, object, ...terms }], marking: ours });
}

async function answered<Answer>(question: string, seed: AssertionBody, terms: object, as = 'coastal'): Promise<Answer> {
  const { status, body, text } = await stand.ask<Answer>(question, { seed, ...terms }, { as: `${as}-analyst` });
  expect([status, text]).toEqual([200, text]);
  return body;
}

/** Keys of all that belongs to the seed, sorted. */
async function cluster(seed: AssertionBody, terms: object = {}): Promise<string[]> {
  const { members = [] } = await answered<Cluster>('cluster', seed, terms);
  return members.map(({ entity }) => entity.key).sort();
}

/** What is said of it, as `direction relation key`. */
async function card(seed: AssertionBody, terms: object = {}): Promise<string[]> {
  const { claims = [] } = await answered<EntityCard>('entity-card', seed, terms);
  return claims.map(({ direction, relation, other: end }) => `${direction} ${relation} ${end?.key}`).sort();
}

describe('at every date', () => {
  it('two handles that swap owners lead to the owner of that day', async () => {
    expect(await card(north, JANUARY)).toEqual(['incoming HAS_HANDLE telegram:100000001']);
    expect(await card(north, MAY)).toEqual(['incoming HAS_HANDLE telegram:100000002']);
    expect(await cluster(one, JANUARY)).toEqual(['telegram:100000001', 'telegram:northern_skipper']);
    expect(await cluster(one, MAY)).toEqual(['telegram:100000001', 'telegram:southern_skipper']);
    expect(await cluster(south, MAY)).toEqual(['telegram:100000001', 'telegram:southern_skipper']);
    // Nobody asked for a date: everything that was ever so.
    expect(await cluster(one)).toHaveLength(4);
  });

  it('a number that changed hands belongs to nobody in between', async () => {
    const holder = async (validAt: string): Promise<string[]> =>
      (await cluster(number, { validAt })).filter((key) => key.startsWith('pole:'));
    expect(await holder('2026-02-10')).toEqual(['pole:person/p1']);
    expect(await holder('2026-02-20')).toEqual([]);
    expect(await holder('2026-03-01')).toEqual(['pole:person/p2']);
    expect(await cluster(person(1), MAY)).toEqual(['pole:person/p1']);
  });

  it('a group that was renamed is found by both names and bears that of the day', async () => {
    expect(await card(group, JANUARY)).toEqual(['outgoing HAS_NAME boats to dover']);
    expect(await card(group, MAY)).toEqual(['outgoing HAS_NAME fish and chips']);
    for (const text of ['Boats to Dover', 'fish & chips', 'fish and chips']) {
      const { body } = await stand.ask<{ carriers: { entity: { key: string } }[] }>('search', { text });
      expect(body.carriers.map(({ entity }) => entity.key)).toContain('telegram:-1009876');
    }
    // A name is nobody's alone, so it binds nobody.
    expect(await cluster(group)).toEqual(['telegram:-1009876']);
  });
});

describe('at every time of knowledge', () => {
  it('two that were taken for one and are not have both their histories again', async () => {
    const [left, right] = [account('100000011'), account('100000012')];
    await says(left, 'HAS_HANDLE', handle('left_bank'));
    await says(right, 'HAS_HANDLE', handle('right_bank'));
    await stand.hold();
    const apart = [await cluster(left), await cluster(right)];
    const histories = [await card(left), await card(right)];
    const before = await stand.nextSecond();
    const merger = await stand.decide('coastal-analyst', 'identities', {
      ...{ act: 'merge', subject: left, others: [right], marking: ours },
    });
    await stand.hold();
    const together = await cluster(left);
    expect(together).toEqual(apart.flat().sort());
    expect(await cluster(right)).toEqual(together);
    const between = await stand.nextSecond();
    await stand.withdraw('coastal', merger.id);
    await stand.hold();
    expect([await cluster(left), await cluster(right)]).toEqual(apart);
    expect([await card(left), await card(right)]).toEqual(histories);
    expect([await cluster(left, { knownAt: before }), await cluster(right, { knownAt: before })]).toEqual(apart);
    expect(await cluster(left, { knownAt: between })).toEqual(together);
    expect(await card(left, { knownAt: between })).toContain('outgoing SAME_AS telegram:100000012');
  });
});

describe('a key that the rules of identifiers read otherwise now', () => {
  interface ReKeyed {
    reKeyed: { id: string; named: string; from: string; to: string }[];
    after?: string;
  }
  const reKey = async (json: AssertionBody, as = 'coastal-analyst'): Promise<Answer<ReKeyed>> =>
    call<ReKeyed>(stand.commands.address, 'POST /v1/identities/re-keyings', {
      ...{ token: await stand.commands.tokenOf(as), headers: newKey(), json: { purpose: 'identifiers', ...json } },
    });
  const { organisation } = ORGANISATIONS.coastal;
  const marking = { conditions: [], compartment: null, ...ours, originator: organisation } as unknown as Marking;

  /** As it was said when a handle kept its sign. */
  function oldKeyed(id: string, name: string, under: Partial<Marking> = {}): RecordedEvent {
    const handleThen: EntityRef = { kind: 'handle', key: `telegram:@${name}`, raw: `@${name}` };
    const draft = someDraft({
      body: bodyOf('assertion.made', {
        subject: { kind: 'account', key: `telegram:${id}` },
        statements: [{ relation: 'HAS_HANDLE', object: handleThen }],
      }),
      ...{ marking: { ...marking, ...under }, actor: { organisation, user: 'user-1', role: 'analyst' } },
    });
    const stream = `assertion-${draft.id}`;
    return { ...draft, stream, streamVersion: 1, source: organisation, recordedTime: '', correlationId: draft.id };
  }

  it('R30: is joined with the key of now by its organisation, for those who see what named it, until that is withdrawn', async () => {
    const [before, now] = [account('100000031'), account('100000032')];
    const draft = oldKeyed('100000031', 'far_bank');
    await stand.record([draft]);
    await says(now, 'HAS_HANDLE', handle('far_bank'));
    await stand.hold();
    const apart = [await cluster(before), await cluster(now)];
    expect(apart.flat()).toHaveLength(4);

    // Only who said it says it anew.
    const nothing = { version: IDENTIFIERS_VERSION, reKeyed: [] };
    expect((await reKey({}, 'border-analyst')).body).toEqual(nothing);
    const { body } = await reKey({});
    const [{ id, named } = { id: '', named: '' }, ...more] = body.reKeyed;
    expect([named, more, body.after]).toEqual([draft.id, [], undefined]);
    expect((await reKey({})).body).toEqual(nothing);
    await stand.hold();
    expect(await cluster(before)).toEqual(apart.flat().sort());
    expect(await cluster(handle('far_bank'))).toEqual(apart.flat().sort());
    expect(await card(handle('far_bank'))).toContain('incoming SAME_AS telegram:@far_bank');
    // Whoever sees what named it, and nobody else.
    const seen = async (as: string): Promise<unknown> =>
      (await stand.ask<EntityCard>('entity-card', { seed: handle('far_bank') }, { as })).body.claims?.length;
    expect([await seen('border-analyst'), await seen('partner-analyst')]).toEqual([2, undefined]);
    await stand.regrade('coastal-analyst', draft.id, { marking: markingFor() });
    await stand.hold();
    expect(await seen('border-analyst')).toBe(1);

    await stand.withdraw('coastal', id);
    await stand.hold();
    expect([await cluster(before), await cluster(now)]).toEqual(apart);
    // What was taken back stays so.
    expect((await reKey({})).body).toEqual(nothing);
  });

  it('is neither read nor counted where the caller may not see who named it, and is gone through page by page', async () => {
    const hidden = Array.from({ length: 205 }, (_, at) =>
      oldKeyed(`${200_000_000 + at}`, `inside_${at}`, { releasableTo: [], compartment: 'saltmarsh' }),
    );
    await stand.record(hidden);
    await stand.hold();
    expect((await reKey({})).body).toEqual({ version: IDENTIFIERS_VERSION, reKeyed: [] });
    const { body } = await reKey({}, 'coastal-saltmarsh');
    const rest = await reKey({ after: body.after }, 'coastal-saltmarsh');
    expect([typeof body.after, rest.body.after]).toEqual(['string', undefined]);
    expect(new Set([...body.reKeyed, ...rest.body.reKeyed].map(({ named }) => named))).toEqual(
      new Set(hidden.map(({ id }) => id)),
    );
    const { status, body: refused } = await reKey({ after: body.after }, 'coastal-analyst');
    expect([status, refused]).toMatchObject([400, { code: 'cursor.not-valid' }]);
  });
});

describe('members that the author of a merger may not see', () => {
  const network = (id: string): AssertionBody => ({ kind: 'network', value: `breakwater:network/${id}` });
  const members = async (id: string, as: 'coastal' | 'border'): Promise<string[]> => {
    const { members: found = [], totals } = await answered<NetworkCard>('network-card', network(id), {}, as);
    expect(totals?.members).toBe(found.length);
    return found.map(({ entity }) => entity.key).sort();
  };
  const assess = async (name: string): Promise<string> =>
    (await stand.decide('coastal-analyst', 'networks', { name, threat: 'high', status: 'active', marking: ours }))
      .network;

  it('come along for those who may see them, stay where they were in a split, and show to nobody else', async () => {
    const [tern, gull] = [await assess('Tern'), await assess('Gull')];
    const join = (as: string, n: number, marking: object) =>
      stand.decide(`${as}-analyst`, `networks/${tern}/members`, {
        members: [{ entity: person(n), role: 'guide', category: 'suspect' }],
        marking,
      });
    const seen = await join('coastal', 31, ours);
    await join('border', 32, markingFor());
    const merger = await stand.decide('coastal-analyst', `networks/${tern}/merge`, { into: gull, marking: ours });
    await stand.hold();
    const [open, hidden] = ['pole:person/p31', 'pole:person/p32'] as const;
    expect(await members(gull, 'coastal')).toEqual([open]);
    expect(await members(gull, 'border')).toEqual([open, hidden]);

    const split = await stand.decide('coastal-analyst', `networks/${tern}/split`, {
      ...{ name: 'Dunlin', threat: 'low', status: 'active', memberships: seen.assertions, marking: ours },
    });
    await stand.hold();
    expect([await members(split.network, 'coastal'), await members(split.network, 'border')]).toEqual([[open], [open]]);
    expect([await members(tern, 'coastal'), await members(tern, 'border')]).toEqual([[], [hidden]]);
    expect([await members(gull, 'coastal'), await members(gull, 'border')]).toEqual([[], [hidden]]);

    await stand.withdraw('coastal', split.assertions[1]!);
    await stand.withdraw('coastal', merger.assertions[0]!);
    await stand.hold();
    expect([await members(tern, 'coastal'), await members(tern, 'border')]).toEqual([[open], [open, hidden]]);
    expect([await members(gull, 'coastal'), await members(gull, 'border')]).toEqual([[], []]);
  });
});

describe('a network whose assessment was handed over', () => {
  interface Body {
    release: string;
    needs?: { event: string; recipient: string }[];
    permission: string;
    copy: string;
    network: string;
    code?: string;
  }
  const send = (as: string, route: string, json: object): Promise<Answer<Body>> =>
    new Cases(stand.commands).send(as, route, json) as Promise<Answer<never>>;
  const release = async (as: string, item: string, to: OrganisationKey): Promise<string> => {
    const recipients = [ORGANISATIONS[to].organisation];
    const { body } = await send(`${as}-analyst`, 'releases', { item, form: 'plain', recipients });
    for (const { event, recipient } of body.needs ?? []) {
      const asked = { of: [event], action: 'disclose', recipient, terms: 'Its assessment only.' };
      const { permission } = (await send(`${as}-analyst`, 'permissions', asked)).body;
      await send('coastal-authoriser', `permissions/${permission}/grant`, {});
    }
    await send(`${as}-authoriser`, `releases/${body.release}/approve`, {});
    const done = await send(`${as}-analyst`, `releases/${body.release}/carry-out`, {});
    expect(done.body).toMatchObject({ state: 'carried-out' });
    return done.body.copy;
  };

  it('is opened by whoever holds a copy, with what they may see of it, and said more of; by nobody else', async () => {
    const own = { gsc: 'OFFICIAL', tlp: 'AMBER' };
    const { network, entity } = (await stand.decide('coastal-analyst', 'networks', {
      ...{ name: 'Sandpiper', threat: 'high', status: 'active', marking: own },
    })) as { network: string; entity: string };
    const member = (n: number) =>
      decisionBody({ marking: own, members: [{ entity: person(n), role: 'guide', category: 'suspect' }] });
    await stand.decide('coastal-analyst', `networks/${network}/members`, member(41));
    const copy = await release('coastal', network, 'partner');
    await stand.hold();
    const shown = async (as: string): Promise<unknown[]> => {
      const seeds = [{ id: entity }, { kind: 'network', value: `breakwater:network/${network}` }];
      const cards = await Promise.all(seeds.map((seed) => answered<NetworkCard>('network-card', seed, {}, as)));
      return cards.map((one) => [one.found, one.names?.map(({ other }) => other?.key), one.totals?.members]);
    };
    expect(await shown('partner')).toEqual([
      [true, ['sandpiper'], 0],
      [true, ['sandpiper'], 0],
    ]);
    expect(await shown('border')).toEqual([
      [false, undefined, undefined],
      [false, undefined, undefined],
    ]);

    const join = async (as: string, id: string, n: number): Promise<unknown[]> => {
      const { status, body } = await send(`${as}-analyst`, `networks/${id}/members`, member(n));
      return [status, body.code ?? body.network];
    };
    expect(await join('partner', network, 42)).toEqual([201, network]);
    expect(await join('partner', copy, 43)).toEqual([201, network]);
    for (const id of [network, copy]) expect(await join('border', id, 44)).toEqual([404, 'not-found']);
    await stand.hold();
    expect(await shown('partner')).toEqual([
      [true, ['sandpiper'], 2],
      [true, ['sandpiper'], 2],
    ]);
    expect(await shown('coastal')).toEqual([
      [true, ['sandpiper'], 1],
      [true, ['sandpiper'], 1],
    ]);

    // Whoever holds a copy of the copy holds one; that the original was taken back is its holders' affair.
    const further = await release('partner', copy, 'border');
    await stand.withdraw('coastal', network);
    for (const id of [network, further]) expect(await join('border', id, 44)).toEqual([201, network]);
    expect(await join('partner', network, 45)).toEqual([201, network]);
    expect(await join('coastal', network, 46)).toEqual([409, 'network.withdrawn']);
    await stand.withdraw('partner', further);
    for (const id of [network, further]) expect(await join('border', id, 44)).toEqual([409, 'network.withdrawn']);
  });
});
