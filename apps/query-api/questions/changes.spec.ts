import { packHow, packLaterHow } from '#graph';
import type { WorldStatement } from '../reading/fetch.js';
import { validityOf } from '../terms/times.js';
import { CHANGES, MOST_CHANGED, type Changes } from './changes.js';
import { ALL, ask, entity, said, seedOf, stated, world } from './worlds.fixture.js';

const number = entity('phone-number', 'possible:+447700900123');
const ana = entity('account', 'facebook:1001');
const ben = entity('account', 'facebook:1002');
const cem = entity('account', 'facebook:1003');
const POOR = packHow('fact', { scheme: '3x5x2', source: '3', information: 'D' });
const GOOD = packHow('fact', { scheme: '3x5x2', source: '1', information: 'A' });

async function changesOf(
  statements: readonly WorldStatement[],
  since: number,
  { until = 1_000, seed = number, neighbours = true, audiences = [1], limit = 100 } = {},
): Promise<Changes & { after?: (number | string)[] | undefined }> {
  const terms = { readings: seedOf(seed), validity: validityOf({}), since, neighbours, limit };
  const { answer, after } = await ask(CHANGES, statements, terms, { ...ALL, audiences, position: until });
  return { ...answer, after };
}

const told = ({ changes }: Changes): unknown[] | undefined =>
  changes?.map(({ change, statement, at }) => [change, statement.assertion, at.slice(-3)]);

describe('what changed between two times of knowledge', () => {
  const statements = world(
    said(ana, 'USES_NUMBER', number),
    said(ben, 'USES_NUMBER', number, { gone: 6 }),
    stated(number, 'top-up', 20, { how: POOR, hows: [packLaterHow(5, GOOD)] }),
    said(cem, 'USES_NUMBER', number),
  );

  it('is what was recorded, withdrawn and graded anew, the newest first, each with its time', async () => {
    const answer = await changesOf(statements, 3);
    expect(told(answer)).toEqual([
      ['withdrawn', 'assertion-2', '06Z'],
      ['graded-anew', 'assertion-3', '05Z'],
      ['recorded', 'assertion-4', '04Z'],
    ]);
    expect(answer.totals).toEqual({ recorded: 1, withdrawn: 1, gradedAnew: 1 });
    expect(answer.changes?.[1]?.graded).toEqual({
      before: { kind: 'fact', grading: { scheme: '3x5x2', source: '3', information: 'D' } },
      after: { kind: 'fact', grading: { scheme: '3x5x2', source: '1', information: 'A' } },
    });
  });

  it('ends with the later of the two times', async () => {
    expect(told(await changesOf(statements, 3, { until: 5 }))).toEqual([
      ['graded-anew', 'assertion-3', '05Z'],
      ['recorded', 'assertion-4', '04Z'],
    ]);
    expect((await changesOf(statements, 6)).changes).toEqual([]);
  });

  it('holds what was recorded and withdrawn in between, and an entity of which nothing is left', async () => {
    const gone = world(said(ana, 'USES_NUMBER', number, { gone: 2 }));
    expect(told(await changesOf(gone, 0))?.map((one) => (one as string[])[0])).toEqual(['withdrawn', 'recorded']);
    expect((await changesOf(gone, 2)).found).toBe(false);
  });

  it('is no regrade of a marking, also where it repeated the grading', async () => {
    const repeated = world(said(ana, 'USES_NUMBER', number, { how: GOOD, hows: [packLaterHow(7, GOOD)] }));
    expect(await changesOf(repeated, 3)).toMatchObject({ found: true, changes: [] });
  });

  it('is told of the cards of neighbours too, each change once, or of its own alone', async () => {
    const further = [...statements, said(ana, 'CONTACTED', ben)(9), stated(cem, 'colour', 'red')(10)];
    expect(told(await changesOf(further, 8))).toEqual([
      ['recorded', 'assertion-10', '10Z'],
      ['recorded', 'assertion-9', '09Z'],
    ]);
    expect((await changesOf(further, 8, { neighbours: false })).changes).toEqual([]);
    expect((await changesOf(further, 8)).changes?.[0]?.of.key).toBe(cem.key);
  });

  it('is of what the viewer may see now, and counts nothing else', async () => {
    const hidden = [...statements, said(ben, 'USES_NUMBER', number, { aud: 2 })(11)];
    expect(await changesOf(hidden, 3)).toEqual(await changesOf(statements, 3));
    expect((await changesOf(hidden, 3, { audiences: [1, 2] })).totals?.recorded).toBe(2);
  });

  it('comes in pages, none twice, and says where it read no further', async () => {
    const first = await changesOf(statements, 0, { limit: 2 });
    expect([first.changes?.length, first.after?.[0], first.totals?.recorded]).toEqual([2, 2, 4]);
    const many = world(...Array.from({ length: MOST_CHANGED + 1 }, () => stated(number, 'seen', true)));
    const bounded = await changesOf(many, 0, { until: 10_000 });
    expect(bounded).toMatchObject({ boundedBy: ['changes'], totals: { recorded: MOST_CHANGED } });
  });
});
