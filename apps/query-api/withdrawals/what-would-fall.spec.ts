import type { WorldStatement } from '../reading/fetch.js';
import { validityOf } from '../terms/times.js';
import { ALL, ask, BOUNDS, entity, said, seedOf, stated, world } from '../questions/worlds.fixture.js';
import type { WhatWouldFall } from './fall-answer.js';
import { logIn } from './log.fixture.js';
import { WHAT_WOULD_FALL, type WhatWouldFallTerms } from './what-would-fall.js';

const number = entity('phone-number', '+442079460123');
const other = entity('phone-number', '+442079460124');
const ana = entity('account', 'facebook:1001');
const ben = entity('account', 'facebook:1002');
const cem = entity('account', 'facebook:1003');
/** The source that is asked about, and another. */
const INFORMANT = { src: 7 };
const WIRETAP = { src: 8 };

async function fallOf(
  statements: readonly WorldStatement[],
  terms: Partial<WhatWouldFallTerms> = {},
  { audiences = [1], restsOn = new Map<number, number[]>() } = {},
): Promise<WhatWouldFall & { after?: (number | string)[] | undefined; audited: string[] }> {
  const asked = {
    ...{
      source: { origin: '7' },
      log: logIn(statements, restsOn),
      validity: validityOf({}),
      bounds: BOUNDS,
      limit: 100,
    },
    ...terms,
  };
  const { answer, after, ids } = await ask(WHAT_WOULD_FALL, statements, asked, { ...ALL, audiences });
  return { ...answer, after, audited: ids };
}

const told = ({ falls }: WhatWouldFall): unknown[] | undefined =>
  falls?.map(({ because, loses, statement }) => [statement.assertion, because, loses]);

describe('what would fall if a source were withdrawn', () => {
  it('is what goes back to it, and what each claim would be left with', async () => {
    const answer = await fallOf(
      world(
        said(ana, 'USES_NUMBER', number, INFORMANT),
        said(ben, 'USES_NUMBER', number, INFORMANT),
        said(ben, 'USES_NUMBER', number, { org: 2 }),
        said(cem, 'USES_NUMBER', number, INFORMANT),
        said(cem, 'USES_NUMBER', number, WIRETAP),
        stated(number, 'top-up', 20, INFORMANT),
        stated(number, 'top-up', 30, WIRETAP),
      ),
    );
    expect(told(answer)).toEqual([
      ['assertion-6', 'goes-back-to-it', 'everything'],
      ['assertion-4', 'goes-back-to-it', 'some-support'],
      ['assertion-2', 'goes-back-to-it', 'last-origin'],
      ['assertion-1', 'goes-back-to-it', 'everything'],
    ]);
    expect(answer.totals).toEqual({
      ...{ statements: 4, resting: 0 },
      claims: { everything: 2, 'last-origin': 1, 'some-support': 1 },
    });
    expect(answer.falls?.[2]).toMatchObject({
      corroboration: { statements: 2, independentOrigins: 1, withoutOrigin: 1 },
      afterwards: { statements: 1, independentOrigins: 0, withoutOrigin: 1 },
    });
  });

  it('takes what rests on it along, whoever said that and from wherever else, and what rests on that', async () => {
    const statements = world(
      said(ana, 'USES_NUMBER', number, INFORMANT),
      said(ana, 'SAME_AS', ben, { org: 2, ...WIRETAP }),
      said(ben, 'CONTACTED', cem, { org: 3 }),
      said(cem, 'USES_NUMBER', other),
    );
    const restsOn = new Map([
      [2, [1]],
      [3, [2]],
    ]);
    const answer = await fallOf(statements, {}, { restsOn });
    expect(answer.falls?.map(({ statement, because, restsOn: on }) => [statement.assertion, because, on])).toEqual([
      ['assertion-1', 'goes-back-to-it', undefined],
      ['assertion-3', 'rests-on-it', ['2']],
      ['assertion-2', 'rests-on-it', ['1']],
    ]);
    expect(answer.totals).toMatchObject({ statements: 1, resting: 2 });
  });

  it('may be an assertion instead of an origin', async () => {
    const statements = world(said(ana, 'USES_NUMBER', number), said(ana, 'USES_NUMBER', number, INFORMANT));
    expect(told(await fallOf(statements, { source: { assertion: '1' } }))).toEqual([
      ['assertion-1', 'goes-back-to-it', 'some-support'],
    ]);
  });

  it('names who would leave the cluster of a seed, and who only then would belong to it', async () => {
    const statements = world(
      said(ana, 'USES_NUMBER', number, INFORMANT),
      said(ben, 'USES_NUMBER', number, INFORMANT),
      said(ben, 'USES_NUMBER', number, WIRETAP),
      said(ana, 'SAME_AS', cem, WIRETAP),
      said(ana, 'NOT_SAME_AS', cem, INFORMANT),
    );
    const { cluster } = await fallOf(statements, { seed: seedOf(ana) });
    expect(cluster).toMatchObject({ found: true, members: 3, leaving: 2, joining: 1 });
    expect([cluster?.leave?.map(({ key }) => key).sort(), cluster?.join?.map(({ key }) => key)]).toEqual([
      [number.key, ben.key].sort(),
      [cem.key],
    ]);
    expect((await fallOf(statements, { seed: seedOf(other) })).cluster).toEqual({ found: false });
  });

  it('tells nothing of what others say of the same origin, or rest on it', async () => {
    const open = [said(ana, 'USES_NUMBER', number, INFORMANT), said(ana, 'USES_NUMBER', number, WIRETAP)];
    const secret = [
      said(ana, 'USES_NUMBER', number, { ...INFORMANT, aud: 2 }),
      said(ben, 'CONTACTED', ana, { aud: 2 }),
    ];
    const restsOn = new Map([[4, [1]]]);
    const whole = world(...open, ...secret);
    expect(await fallOf(whole, {}, { restsOn })).toEqual(await fallOf(world(...open)));
    expect((await fallOf(whole, {}, { restsOn, audiences: [1, 2] })).totals).toMatchObject({
      statements: 2,
      resting: 1,
    });
    expect(await fallOf(world(...secret))).toEqual(
      await fallOf(world(stated(ana, 'colour', 'red')), { source: { origin: 'nobody' } }),
    );
  });

  it('R17: leaves a trace of what was asked about in vain, a record or a seed', async () => {
    const statements = world(said(ana, 'USES_NUMBER', number, INFORMANT));
    const nothing = await fallOf(statements, { source: { assertion: 'AB-9' }, seed: seedOf(ben) });
    expect([nothing.found, nothing.audited]).toEqual([false, ['ab-9', ben.id]]);
    const nobodys = await fallOf(statements, { source: { origin: 'nobody' }, seed: seedOf(ben) });
    expect([nobodys.found, nobodys.audited]).toEqual([false, [ben.id]]);
    const unknownSeed = await fallOf(statements, { seed: seedOf(ben) });
    expect([unknownSeed.found, unknownSeed.audited.sort()]).toEqual([true, [ana.id, number.id, ben.id].sort()]);
  });

  it('comes in pages, with the totals of all of them', async () => {
    const statements = world(...[ana, ben, cem].map((one) => said(one, 'USES_NUMBER', number, INFORMANT)));
    const first = await fallOf(statements, { limit: 2 });
    expect([first.falls?.length, first.totals?.statements, first.after?.[0]]).toEqual([2, 3, 2]);
    const rest = await fallOf(statements, { limit: 2, after: first.after! });
    expect(told(rest)).toEqual([['assertion-1', 'goes-back-to-it', 'everything']]);
  });
});
