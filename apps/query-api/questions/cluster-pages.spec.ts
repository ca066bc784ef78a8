import { memoryReader } from '../reading/fetch.js';
import { CLUSTER, type Member } from './cluster.js';
import { ALL, ask, BOUNDS, entity, EVERYTHING, said, seedOf, SOURCES, world } from './worlds.fixture.js';

/** An account with 30 handles, each of which 20 more accounts carry: more members than are asked about at once. */
const SEED = entity('account', 'first');
const HANDLES = Array.from({ length: 30 }, (_, place) => entity('handle', `handle-${place}`));
const NETWORK = world(
  ...HANDLES.map((handle) => said(SEED, 'HAS_HANDLE', handle)),
  ...HANDLES.flatMap((handle, at) =>
    Array.from({ length: 20 }, (_, place) => said(entity('account', `${at}-${place}`), 'HAS_HANDLE', handle)),
  ),
  said(entity('referral', 'referral-1'), 'REFERS', HANDLES[3]!),
);

describe('the pages of a large cluster', () => {
  it('hold together what one answer holds', async () => {
    const terms = { readings: seedOf(SEED), validity: EVERYTHING, bounds: BOUNDS };
    const whole = await ask(CLUSTER, NETWORK, { ...terms, limit: 5_000 });
    const paged: Member[] = [];
    for (let after: (number | string)[] | undefined, page = 0; page === 0 || after !== undefined; page += 1) {
      const drawn = await ask(CLUSTER, NETWORK, { ...terms, limit: 150, ...(after === undefined ? {} : { after }) });
      paged.push(...(drawn.answer.members ?? []));
      after = drawn.after;
    }
    expect(paged).toHaveLength(631);
    expect(whole.answer.members).toEqual(paged);
    expect(whole.answer.members?.filter(({ cases }) => cases !== undefined)).toHaveLength(1);
    expect(whole.answer.members?.every(({ links }, at) => at === 0 || links?.length === 1)).toBe(true);
  });
});

describe('a cluster whose time ends', () => {
  it('shows everybody whom it has reached, with what led there, and says that it is not whole', async () => {
    let checks = 0;
    // The seed and its handles are looked at, and the accounts behind them are only reached.
    const reader = memoryReader(NETWORK, ALL, () => (checks += 1) > 2);
    const terms = { readings: seedOf(SEED), validity: EVERYTHING, bounds: BOUNDS, limit: 5_000 };
    const { truncated, finish } = await CLUSTER.draw(reader, terms);
    const { members, boundedBy } = finish(SOURCES);
    expect({ truncated, boundedBy }).toEqual({ truncated: true, boundedBy: 'time' });
    const whole = (await ask(CLUSTER, NETWORK, terms)).answer.members;
    expect(members).toEqual(whole);
  });
});
