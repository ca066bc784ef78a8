import { CLUSTER, type Member } from './cluster.js';
import { ask, BOUNDS, entity, EVERYTHING, said, seedOf, world } from './worlds.fixture.js';

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

describe('what stands behind the members of a large cluster', () => {
  it('is the same where it is asked for while the walk goes on, and where it is asked for page by page', async () => {
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
