import { entityId } from '#identifiers';
import type { WorldEntity, WorldStatement } from '../reading/fetch.js';
import { understand, type Reading } from '../terms/seed.js';
import { validityOf } from '../terms/times.js';
import { labelsFor } from './search-names.js';
import { SEARCH, type Search, type SearchTerms } from './search.js';
import { ALL, ask, entity, said, SECRET, world } from './worlds.fixture.js';

const name = (key: string): WorldEntity => entity('name', key);
const account = (at: number): WorldEntity => entity('account', `facebook:${100_000 + at}`);
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

function termsFor(text: string, more: Partial<SearchTerms> = {}): SearchTerms {
  const readings = understand({ value: text }, SECRET, 'organisation') as Reading[];
  const { kinds } = more;
  return { readings, text, kinds, wanted: { ...validityOf({}), labels: labelsFor(kinds) }, limit: 25, ...more };
}

const search = async (statements: WorldStatement[], terms: SearchTerms, sight = ALL): Promise<Search> =>
  (await ask(SEARCH, statements, terms, sight)).answer;

const found = ({ carriers = [] }: Search): unknown[] =>
  carriers.map(({ entity: { key }, through, match, similarity }) => [key, through.key, match, similarity]);

describe('search', () => {
  it('finds who carries a name, that very name first and then the most alike', async () => {
    const statements = world(
      said(account(1), 'HAS_NAME', name('ahmed hasan')),
      said(account(2), 'HAS_NAME', name('ahmad hassan')),
      said(account(3), 'HAS_NAME', name('hassan ahmed')),
      said(account(4), 'HAS_NAME', name('ahmed hassan')),
      said(account(5), 'HAS_NAME', name('somebody else')),
    );
    expect(found(await search(statements, termsFor('Ahmed Hassan')))).toEqual([
      ['facebook:100004', 'ahmed hassan', 'exact', 1],
      ['facebook:100003', 'hassan ahmed', 'similar', 1],
      ['facebook:100001', 'ahmed hasan', 'similar', 0.786],
      ['facebook:100002', 'ahmad hassan', 'similar', 0.625],
    ]);
  });

  it('finds by past names and handles, with their dates, and only those of a time that is asked for', async () => {
    const handle = entity('handle', 'telegram:northern_crossings');
    const statements = world(
      said(account(1), 'HAS_HANDLE', handle, { from: day('2025-01-01'), to: day('2025-06-01') }),
      said(account(2), 'HAS_HANDLE', handle, { from: day('2026-01-01') }),
    );
    const text = 'https://t.me/northern_crossings';
    const { named, carriers = [] } = await search(statements, termsFor('telegram:northern_crossings'));
    expect(named).toEqual([
      { entity: expect.objectContaining({ kind: 'handle' }) as object, match: 'exact', flags: [] },
    ]);
    expect(carriers.map(({ entity: { id }, from, to }) => [id, from, to]).sort()).toEqual(
      [
        [account(1).id, '2025-01-01', '2025-05-31'],
        [account(2).id, '2026-01-01', undefined],
      ].sort(),
    );
    const then = { ...termsFor(text), wanted: { ...validityOf({ validAt: '2025-03' }), labels: null } };
    const past = await search(statements, then);
    expect(past.named?.[0]?.match).toBe('normalised');
    expect(past.carriers?.map(({ entity: { id } }) => id)).toEqual([account(1).id]);
  });

  it('gives entities of the wanted kinds only', async () => {
    const statements = world(
      said(account(1), 'HAS_NAME', name('moth')),
      said(entity('group', 'telegram:-1001'), 'HAS_NAME', name('moth')),
    );
    expect(found(await search(statements, termsFor('moth', { kinds: ['group'] })))).toEqual([
      ['telegram:-1001', 'moth', 'exact', 1],
    ]);
  });

  it('is page by page what it is at once, though many share a name', async () => {
    const names = ['ahmed', 'ahmed a', 'ahmedi', 'hmed', 'ahmet'];
    const statements = world(
      ...Array.from({ length: 40 }, (_, at) => said(account(at), 'HAS_NAME', name(names[at % 7 < 5 ? at % 7 : 0]!))),
    );
    const whole = found(await search(statements, termsFor('ahmed', { limit: 200 })));
    expect(whole).toHaveLength(40);
    const pages: unknown[] = [];
    for (let after: (number | string)[] | undefined; ;) {
      const page = await ask(SEARCH, statements, termsFor('ahmed', { limit: 3, after }));
      expect(page.answer.carriers!.length).toBeLessThanOrEqual(3);
      pages.push(...found(page.answer));
      after = page.after;
      if (after === undefined) break;
    }
    expect(pages).toEqual(whole);
  });

  it('knows nothing of names that are carried in secret: they take no place, and cut no page short', async () => {
    const hidden = { aud: 9 };
    const statements = world(
      said(account(1), 'HAS_NAME', name('ahmed'), hidden),
      said(account(2), 'HAS_NAME', name('ahmed b'), hidden),
      said(account(3), 'HAS_NAME', name('ahmed c'), hidden),
      said(account(4), 'HAS_NAME', name('ahmed dd')),
      said(account(5), 'HAS_NAME', name('ahmed dd')),
    );
    const terms = termsFor('ahmed', { limit: 1 });
    const { answer, truncated } = await ask(SEARCH, statements, terms);
    expect([found(answer), truncated]).toEqual([[[expect.any(String), 'ahmed dd', 'similar', 0.667]], true]);
    const nobody = await ask(SEARCH, statements, terms, { ...ALL, audiences: [] });
    expect(nobody.answer).toEqual((await ask(SEARCH, [], terms)).answer);
    expect(nobody.answer.found).toBe(false);
  });

  it('says what is in the audit: whom it names, or what was looked for in vain', async () => {
    const statements = world(said(account(1), 'HAS_NAME', name('moth')));
    const { ids, positions } = await ask(SEARCH, statements, termsFor('moth'));
    expect(ids.sort()).toEqual([account(1).id, name('moth').id].sort());
    expect(positions).toEqual([1]);
    const vain = await ask(SEARCH, statements, termsFor('+44 7700 900123'));
    expect(vain.ids).toContain(entityId(SECRET, 'phone-number', 'possible:+447700900123'));
  });
});
