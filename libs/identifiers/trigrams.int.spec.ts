import fc from 'fast-check';
import pg from 'pg';
import { createDatabase, STARTUP_MS, type TestDatabase } from '../../infra/local/test-servers.js';
import { similarity, trigramsOf } from './trigrams.js';

/** The definition itself: the extension of PostgreSQL says the same of every two names. */

let store: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  store = await createDatabase('trigrams');
  client = new pg.Client({ connectionString: store.url });
  await client.connect();
  await client.query('CREATE EXTENSION pg_trgm');
}, STARTUP_MS);
afterAll(async () => {
  await client?.end();
  await store?.drop();
});

it('two names are as alike as pg_trgm says, in seven scripts', async () => {
  const parts = [
    'ah',
    'MED',
    'san',
    "o'",
    '-',
    ' ',
    'محمد',
    'علي',
    'Ива',
    'нов',
    '王',
    '小明',
    'Σο',
    'φία',
    'शर',
    'ትግ',
    '7',
  ];
  const text = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }).map((some) => some.join(''));
  const pair = fc.tuple(text, text, text).map(([both, one, other]): [string, string] => [both + one, both + other]);
  const pairs = fc.sample(pair, { seed: 6, numRuns: 2_000 });
  const { rows } = await client.query<{ alike: number }>(
    'SELECT similarity(one, other) AS alike FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS p (one, other, at) ORDER BY at',
    [pairs.map(([one]) => one), pairs.map(([, other]) => other)],
  );
  const differing = pairs.filter(
    ([one, other], at) => Math.abs(similarity(trigramsOf(one), trigramsOf(other)) - rows[at]!.alike) > 1e-6,
  );
  expect(differing.slice(0, 5)).toEqual([]);
  expect(rows.filter(({ alike }) => alike >= 0.3).length).toBeGreaterThan(100);
});
