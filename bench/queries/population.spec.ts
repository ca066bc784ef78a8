import { canonical } from '#identifiers';
import type { Said } from '../stack/filled-stores.js';
import { contactsOf, isVisible, networksAmong, ownOf, reportsOf } from './population.js';
import { nameOf } from './names.js';

const ACCOUNTS = 2_000;
const dataOf = ({ draft }: Said) =>
  draft.body.data as {
    subject: { kind: string; key: string };
    statements: { relation: string; object?: { kind: string; key: string } }[];
  };
const all = [...reportsOf(0, ACCOUNTS)].map(dataOf);

describe('the people of the benchmark of questions', () => {
  it('are two entities for each account, and five statements for each entity', () => {
    const named = all.flatMap(({ subject, statements }) => [
      subject,
      ...statements.flatMap(({ object }) => object ?? []),
    ]);
    const entities = new Set(
      named.filter(({ kind }) => kind !== 'location' && kind !== 'network').map(({ kind, key }) => `${kind} ${key}`),
    );
    expect(entities.size / ACCOUNTS).toBeCloseTo(2, 1);
    const statements = all.reduce((sum, each) => sum + each.statements.length, 0);
    expect(statements / entities.size).toBeCloseTo(5, 0);
  });

  it('are said the same of, however many follow', () => {
    const parts = [...reportsOf(0, 700), ...reportsOf(700, ACCOUNTS)].map(dataOf);
    expect(parts).toEqual(all);
  });

  it('meet in hubs, as Zipf has it: some number is used by very many, most by few', () => {
    const users = new Map<string, number>();
    for (const { statements } of all)
      for (const { relation, object } of statements)
        if (relation === 'USES_NUMBER') users.set(object!.key, (users.get(object!.key) ?? 0) + 1);
    const counts = [...users.values()].sort((one, other) => other - one);
    expect(counts[0]).toBeGreaterThan(50);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThan(10);
  });

  it('are named in canonical form, so that they can be asked about by what somebody writes', () => {
    for (let number = 0; number < 20; number += 1) {
      const { kind, key } = ownOf(number);
      const platform = ['handle', 'group'].includes(kind) ? { platform: 'telegram' } : {};
      expect(canonical(kind, key.replace('telegram:', ''), platform).key).toBe(key);
    }
    const names = Array.from({ length: 5_000 }, (_, at) => nameOf(at));
    expect(new Set(names).size).toBe(names.length);
  });

  it('deal with others of their circle only, and are mostly visible', () => {
    expect(contactsOf(50)).toEqual([]);
    expect(contactsOf(99).every((number) => number >= 50 && number < 99)).toBe(true);
    const visible = Array.from({ length: ACCOUNTS }, (_, at) => at).filter(isVisible).length;
    expect(visible / ACCOUNTS).toBeCloseTo(0.8, 1);
    expect(networksAmong(ACCOUNTS)).toHaveLength(8);
  });
});
