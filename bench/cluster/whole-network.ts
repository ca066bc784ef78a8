/** Two networks of five thousand: one that hangs together by what accounts share, one of people who call each other. */
import type { EntityRef, Statement } from '#events';
import { report, SEEN } from '../queries/population.js';
import type { Said } from '../stack/filled-stores.js';
import { Chance } from '../workload/chance.js';

/** Well below the number of holders that makes a hub. */
const MOST_HOLDERS = 40;
/** Of five entities three are accounts, one is a number and one is a handle. */
const KINDS = ['account', 'account', 'phone-number', 'account', 'handle'] as const;

export function memberOf(place: number): EntityRef {
  const kind = KINDS[place % KINDS.length]!;
  const number = String(place).padStart(6, '0');
  if (kind === 'phone-number') return { kind, key: `+447600${number}` };
  return { kind, key: kind === 'account' ? `instagram:${20_000_000 + place}` : `instagram:plover_${number}` };
}

/** A cluster of so many entities: each newcomer shares something with one who was there, and every second link is said twice. */
export function* clusterOf(size: number): Generator<Said> {
  const chance = new Chance(41);
  const holders = new Map<number, number>();
  const accounts: number[] = [0];
  const means: number[] = [];
  for (let place = 1; place < size; place += 1) {
    const isAccount = memberOf(place).kind === 'account';
    const partner = place === 1 ? 0 : free(isAccount ? means : accounts, holders, chance);
    (isAccount ? accounts : means).push(place);
    const [account, other] = isAccount && place !== 1 ? [place, partner] : [partner, place];
    for (const end of [account, other]) holders.set(end, (holders.get(end) ?? 0) + 1);
    yield said(account, other, chance);
    if (chance.happens(0.5)) yield said(account, other, chance);
  }
}

function free(among: readonly number[], holders: ReadonlyMap<number, number>, chance: Chance): number {
  for (;;) {
    const one = chance.pick(among);
    if ((holders.get(one) ?? 0) < MOST_HOLDERS) return one;
  }
}

function said(account: number, other: number, chance: Chance): Said {
  const object = memberOf(other);
  const relation = ({ account: 'SAME_AS', 'phone-number': 'USES_NUMBER', handle: 'HAS_HANDLE' } as const)[
    object.kind as (typeof KINDS)[number]
  ];
  const statement: Statement = { relation, object, from: '2026-03' };
  return report(memberOf(account), [statement], chance, SEEN);
}

export function caller(number: number): EntityRef {
  return { kind: 'person', key: `bench:person/${number}` };
}

/** People and calls between them, each pair once: all in one piece, since each newcomer calls one who was there. */
export function* callsAmong(people: number, calls: number): Generator<Said> {
  const chance = new Chance(43);
  const pairs = new Set<number>();
  const call = (one: number, other: number): boolean => {
    const pair = Math.min(one, other) * people + Math.max(one, other);
    if (one === other || pairs.has(pair)) return false;
    pairs.add(pair);
    return true;
  };
  for (let number = 1; number < people; number += 1) {
    const other = chance.below(number);
    call(number, other);
    yield report(caller(number), [{ relation: 'CONTACTED', object: caller(other) }], chance, SEEN);
  }
  while (pairs.size < calls) {
    const [one, other] = [chance.below(people), chance.below(people)];
    if (call(one, other)) yield report(caller(one), [{ relation: 'CONTACTED', object: caller(other) }], chance, SEEN);
  }
}
