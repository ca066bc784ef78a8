import { packRole } from '#graph';
import type { WorldStatement } from '../reading/fetch.js';
import { validityOf } from '../terms/times.js';
import { ALL, ask, entity, said, seedOf, stated, world } from '../questions/worlds.fixture.js';
import type { NetworkCard } from './network-answer.js';
import { NETWORK_CARD } from './network-card.js';

const network = (n: number) => entity('network', `breakwater:network/${n}`);
const name = (text: string) => entity('name', text);
const [north, south, west] = [network(1), network(2), network(3)];
const ana = entity('account', 'facebook:1001');
const ben = entity('account', 'telegram:1002');
const cem = entity('person', 'pole:person/1003');
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;
const role = (of: 'organiser' | 'recruiter' | 'guide') => ({ role: packRole(of) });

async function cardOf(
  statements: readonly WorldStatement[],
  of = north,
  { audiences = [1], valid = {}, limit = 50 }: { audiences?: number[]; valid?: object; limit?: number } = {},
): Promise<NetworkCard> {
  const terms = { readings: seedOf(of), validity: validityOf(valid), limit };
  return (await ask(NETWORK_CARD, statements, terms, { ...ALL, audiences })).answer;
}

const keys = ({ members }: NetworkCard): string[] | undefined => members?.map((member) => member.entity.key);

describe('the card of a network', () => {
  it('says who called it what and took it for what, side by side', async () => {
    const { names, assessed } = await cardOf(
      world(
        said(north, 'HAS_NAME', name('fast way')),
        said(north, 'HAS_NAME', name('the brothers'), { org: 2 }),
        stated(north, 'status', 'active'),
        stated(north, 'status', 'disrupted', { org: 2 }),
      ),
    );
    expect(names?.map(({ other }) => other?.key)).toEqual(['the brothers', 'fast way']);
    expect(assessed?.map(({ value, statements }) => [value, statements[0]?.organisation])).toEqual([
      ['disrupted', 'Organisation 2'],
      ['active', 'Organisation 1'],
    ]);
  });

  it('has its members by role, whoever left last, each membership with its dates', async () => {
    const statements = world(
      said(ana, 'MEMBER_OF', north, { from: day('2026-01-01'), ...role('guide') }),
      said(ben, 'MEMBER_OF', north, role('recruiter')),
      said(cem, 'MEMBER_OF', north, role('organiser')),
      said(cem, 'NOT_MEMBER_OF', north, { from: day('2026-03-01') }),
    );
    const card = await cardOf(statements);
    expect(keys(card)).toEqual([ben.key, ana.key, cem.key]);
    expect(card.totals).toMatchObject({
      members: 3,
      open: 2,
      roles: [
        { role: 'organiser', members: 1 },
        { role: 'recruiter', members: 1 },
        { role: 'guide', members: 1 },
      ],
    });
    expect(card.members?.at(-1)?.memberships).toMatchObject([
      { role: 'organiser', ended: '2026-03-01', endedBy: [{ assertion: 'assertion-4', from: '2026-03-01' }] },
    ]);
    expect(keys(await cardOf(statements, north, { valid: { validAt: '2026-04' } }))).toEqual([ben.key, ana.key]);
    expect(keys(await cardOf(statements, north, { valid: { validAt: '2026-02' } }))).toEqual([
      ben.key,
      ana.key,
      cem.key,
    ]);
  });

  it('takes in the members of what is part of it, and of what is part of that, in a circle too', async () => {
    const statements = world(
      said(south, 'PART_OF', north, { from: day('2026-02-01') }),
      said(west, 'PART_OF', south),
      said(north, 'PART_OF', west),
      said(ana, 'MEMBER_OF', north),
      said(ben, 'MEMBER_OF', south),
      said(cem, 'MEMBER_OF', west),
      said(west, 'HAS_NAME', name('west')),
    );
    const card = await cardOf(statements);
    expect(keys(card)?.sort()).toEqual([ana.key, ben.key, cem.key].sort());
    expect(card.mergedIn).toEqual([
      { network: { id: south.id, kind: 'network', key: south.key }, partOf: north.id, names: [] },
      { network: { id: west.id, kind: 'network', key: west.key }, partOf: south.id, names: ['west'] },
    ]);
    expect(card.history?.map(({ change, network: { key } }) => [change, key])).toEqual([
      ['became-part-of', west.key],
      ['took-in', south.key],
    ]);
    expect(keys(await cardOf(statements, north, { valid: { validAt: '2026-01' } }))).toEqual([ana.key]);
  });

  it('brings hidden members along for those who may see them, and for nobody else', async () => {
    const statements = world(
      said(ana, 'MEMBER_OF', south),
      said(ben, 'MEMBER_OF', south, { aud: 2 }),
      said(south, 'PART_OF', north),
      stated(north, 'status', 'active'),
    );
    expect(keys(await cardOf(statements))).toEqual([ana.key]);
    expect(keys(await cardOf(statements, north, { audiences: [1, 2] }))?.sort()).toEqual([ana.key, ben.key].sort());
    expect((await cardOf(statements)).totals?.members).toBe(1);
  });

  it('leaves whom a split did not name with the original', async () => {
    const statements = world(
      said(ana, 'MEMBER_OF', north),
      said(ben, 'MEMBER_OF', north),
      said(south, 'SUCCESSOR_OF', north),
      said(ana, 'MEMBER_OF', south),
      said(ana, 'NOT_MEMBER_OF', north),
    );
    expect(keys(await cardOf(statements))).toEqual([ben.key]);
    expect(keys(await cardOf(statements, south))).toEqual([ana.key]);
    expect((await cardOf(statements)).history?.map(({ change }) => change)).toEqual(['split-into']);
    expect((await cardOf(statements, south)).history?.map(({ change }) => change)).toEqual(['succeeded']);
  });

  it('has numbers beside however many posts', async () => {
    const posts = Array.from({ length: 101 }, (_, at) => said(entity('item', `facebook:${at}`), 'POSTED_BY', ana));
    const number = entity('phone-number', '+442079460123');
    const { members, totals, boundedBy } = await cardOf(
      world(said(ana, 'MEMBER_OF', north), ...posts, said(ana, 'USES_NUMBER', number)),
    );
    expect(members?.[0]?.has.map(({ relation }) => relation).slice(0, 2)).toEqual(['USES_NUMBER', 'POSTED_BY']);
    expect([totals?.numbers, members?.[0]?.hasMore, boundedBy]).toEqual([1, true, ['belongings']]);
  });

  it('counts a number or a handle that is a member itself, once', async () => {
    const number = entity('phone-number', '+442079460123');
    const handle = entity('handle', 'tiktok:safeway');
    const { totals } = await cardOf(
      world(
        ...[ana, number, handle].map((one) => said(one, 'MEMBER_OF', north)),
        said(ana, 'USES_NUMBER', number),
        said(ana, 'USES_NUMBER', entity('phone-number', '+442079460124')),
      ),
    );
    expect(totals).toMatchObject({ numbers: 2, handles: 1 });
  });

  it('tells at most 500 statements of the network itself, and says that there are more', async () => {
    const toldOf = async (statements: number) => {
      const card = await cardOf(world(...Array.from({ length: statements }, () => stated(north, 'status', 'active'))));
      return [card.assessed?.[0]?.statements.length, card.boundedBy];
    };
    expect(await toldOf(500)).toEqual([500, undefined]);
    expect(await toldOf(501)).toEqual([500, ['statements']]);
  });

  it('names any platform that a key names, and none where it names none', async () => {
    const members = ['vk:id1', 'any:tern', `long:${'a'.repeat(64)}`, 'nameless'].map((key) => entity('handle', key));
    const { totals } = await cardOf(world(...members.map((one) => said(one, 'MEMBER_OF', north))));
    expect(totals?.platforms).toEqual([{ platform: 'vk', entities: 1 }]);
  });

  it('is none for an entity of another kind, nor for a network that the viewer may not see', async () => {
    const statements = world(said(ana, 'MEMBER_OF', north, { aud: 2 }), stated(ana, 'colour', 'red'));
    expect(await cardOf(statements)).toEqual({ found: false, understoodAs: [] });
    expect(await cardOf(statements, ana)).toEqual({ found: false, understoodAs: [] });
  });
});

describe('how a network survives its takedowns', () => {
  const referral = (n: number) => entity('referral', `breakwater:referral/${n}`);
  const post = entity('item', 'facebook:post-1');
  const handle = entity('handle', 'tiktok:safeway');
  const second = entity('handle', 'tiktok:safeway_2');
  const hour = 3_600;
  const noon = day('2026-11-20') + 12 * hour;
  const statements = world(
    said(ana, 'MEMBER_OF', north),
    said(ben, 'MEMBER_OF', north),
    said(ana, 'HAS_HANDLE', handle),
    said(post, 'POSTED_BY', handle),
    said(ana, 'USES_NUMBER', entity('phone-number', 'possible:+447700900123')),
    said(referral(1), 'REFERS', post, { from: noon }),
    said(referral(1), 'REMOVED', post, { from: noon + hour }),
    stated(post, 'availability', 'still-available', { from: noon + 3 * hour }),
    said(handle, 'REMOVED', handle, { from: noon }),
    said(second, 'SUCCESSOR_OF', handle, { from: noon + 5 * hour }),
    said(referral(2), 'REFERS', ben, { from: noon }),
  );

  it('is told of members, of what they have and of what was posted there, with what came back when', async () => {
    const { members, totals } = await cardOf(statements);
    const ofAna = members?.find((member) => member.entity.id === ana.id);
    expect(ofAna?.has.map(({ relation, platform }) => [relation, platform])).toEqual([
      ['HAS_HANDLE', 'tiktok'],
      ['USES_NUMBER', undefined],
    ]);
    expect(ofAna?.takedowns).toMatchObject([
      {
        entity: { key: handle.key },
        state: 'down',
        cameBackAs: [
          {
            ...{ entity: { key: second.key }, platform: 'tiktok', secondsAfterRemoval: 5 * hour, removed: false },
            corroboration: { statements: 1, independentOrigins: 0, withoutOrigin: 1 },
          },
        ],
      },
      {
        entity: { key: post.key },
        state: 'seen-again',
        seenAgain: { at: '2026-11-20T15:00:00Z', secondsAfterRemoval: 2 * hour },
      },
    ]);
    expect(members?.find((member) => member.entity.id === ben.id)?.takedowns).toMatchObject([{ state: 'up' }]);
    expect(totals).toMatchObject({
      numbers: 1,
      handles: 1,
      platforms: [
        { platform: 'facebook', entities: 1 },
        { platform: 'telegram', entities: 1 },
        { platform: 'tiktok', entities: 1 },
      ],
      survival: {
        ...{ entities: 5, referred: 2, removed: 2, up: 1, down: 1, seenAgain: 1, cameBack: 1 },
        ...{ medianSecondsToReturn: 2 * hour, datedReturns: 2 },
      },
    });
  });

  it('has not come back as what came before it was removed', async () => {
    const undated = entity('handle', 'tiktok:safeway_3');
    const before = world(
      said(handle, 'MEMBER_OF', north),
      said(handle, 'REMOVED', handle, { from: noon }),
      said(second, 'SUCCESSOR_OF', handle, { from: noon - hour }),
    );
    expect((await cardOf(before)).totals?.survival).toMatchObject({ removed: 1, cameBack: 0, datedReturns: 0 });
    const both = [...before, said(undated, 'SUCCESSOR_OF', handle)(9)];
    expect((await cardOf(both)).totals?.survival).toMatchObject({ removed: 1, cameBack: 1, datedReturns: 0 });
  });

  it('is down again once it was removed again', async () => {
    const again = [...statements, said(referral(1), 'REMOVED', post, { from: noon + 4 * hour })(99)];
    const { totals } = await cardOf(again);
    expect(totals?.survival).toMatchObject({ down: 2, seenAgain: 0 });
  });

  it('is the same in totals however small the page is', async () => {
    const [whole, paged] = [await cardOf(statements), await cardOf(statements, north, { limit: 1 })];
    expect(paged.totals).toEqual(whole.totals);
    expect(paged.members).toEqual(whole.members?.slice(0, 1));
  });
});
