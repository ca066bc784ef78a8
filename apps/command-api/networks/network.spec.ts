import { networkEntity } from '#events';
import { decide } from '../assertions/assertion.js';
import { assessed, ended, merged, type MemberGiven } from './network.js';
import { COASTAL, driver, faultsOf, GULL, id, joining, known, making, member, NOW } from './networks.fixture.js';
import { person, profile, recorded, said, TERN, tern, terms } from './networks.fixture.js';
import { replacedBy, revised, type ReviseGiven } from './revise.js';

describe('a network', () => {
  it('is named by the assertion that assesses it, which says why, its names, threat and status', () => {
    const [draft] = making([tern]);
    expect(draft).toMatchObject({
      id: TERN,
      body: {
        data: {
          subject: networkEntity(TERN),
          statements: [
            { property: 'assessment', value: terms.reason },
            { relation: 'HAS_NAME', object: { kind: 'name', key: 'tern' } },
            { relation: 'HAS_NAME', object: { kind: 'name', key: 'the ferrymen' } },
            { property: 'threat', value: 'high' },
            { property: 'status', value: 'active' },
          ],
          decision: { act: 'assess-network', reason: terms.reason },
        },
      },
    });
  });

  it('has every fault at its place in the request', () => {
    expect(faultsOf(() => making([assessed(TERN, { ...terms, ...profile, name: ' ', aliases: ['a', ' '] })]))).toEqual([
      '/name identifier.empty',
      '/aliases/1 identifier.empty',
    ]);
    expect(faultsOf(() => making([assessed(TERN, { ...terms, ...profile, threat: ' ' })]))).toEqual([
      '/threat statement.value-bounds',
    ]);
  });
});

describe('a revision', () => {
  const revising = (changes: Partial<ReviseGiven>): ReviseGiven => ({ ...terms, ...changes });

  it('takes back what the organisation itself said of the same before, and no more', () => {
    const first = said(tern);
    expect(replacedBy(revising({ threat: 'low' }), [first])).toEqual([{ known: first, statements: [3] }]);
    expect(replacedBy(revising({ name: 'Gull', status: 'dormant' }), [first])).toEqual([
      { known: first, statements: [1, 2, 4] },
    ]);
    const common = {
      id: id(50),
      by: { viewer: member(COASTAL), role: 'analyst' },
      now: NOW,
      purpose: 'p',
      reason: 'r',
    };
    const withdrawn = decide(first, { type: 'withdraw', statements: [3], ...common });
    expect(withdrawn.body.data).toMatchObject({ statements: [{ index: 3, relation: 'STATED' }] });
    const after = known(first.made, recorded(withdrawn, 2));
    expect(after).toMatchObject({ status: 'standing', standing: [0, 1, 2, 4] });
    expect(replacedBy(revising({ threat: 'grave' }), [after])).toEqual([]);
    // A withdrawal of the whole takes back what is left.
    const whole = decide(after, { type: 'withdraw', ...common });
    expect(whole.body.data).toMatchObject({ statements: [0, 1, 2, 4].map((index) => ({ index })) });
    expect(known(first.made, recorded(withdrawn, 2), recorded(whole, 3))).toMatchObject({ status: 'withdrawn' });
  });

  it('says something, and aliases beside a name', () => {
    expect(making([revised(TERN, revising({ status: 'disrupted' }))])[0]?.body.data).toMatchObject({
      subject: networkEntity(TERN),
      statements: [{ property: 'status', value: 'disrupted' }],
      decision: { act: 'revise-network' },
    });
    expect(faultsOf(() => revised(TERN, revising({})))).toEqual([' network.nothing-revised']);
    expect(faultsOf(() => revised(TERN, revising({ aliases: ['a'], threat: 'low' })))).toEqual([
      '/name network.name-missing',
    ]);
  });
});

describe('members', () => {
  it('are one assertion each, with role, dates and category', () => {
    const drafts = making(joining([driver, { entity: person(2), role: 'organiser' }]));
    expect(drafts.map(({ body }) => body.data)).toMatchObject([
      {
        subject: { key: 'pole:person/p1' },
        statements: [
          {
            relation: 'MEMBER_OF',
            object: networkEntity(TERN),
            role: 'transporter',
            from: '2026-03',
            category: 'suspect',
          },
        ],
        decision: { act: 'add-member' },
      },
      { statements: [{ role: 'organiser', category: 'uncategorised', categoriseBy: '2026-09-07' }] },
    ]);
  });

  it('are refused together, each fault once and at its place', () => {
    const members: MemberGiven[] = [
      driver,
      { ...driver, from: '2026-05', to: '2026-03' },
      { entity: { kind: 'url', value: 'https://example.org/boats' }, role: 'unknown' },
      { entity: { kind: 'account', platform: 'telegram', value: '' }, role: 'unknown' },
    ];
    const grading = { ...terms.grading, source: '9' };
    expect(faultsOf(() => making(joining(members, { grading })))).toEqual([
      '/grading grading.codes',
      '/members/1/to statement.dates-reversed',
      '/members/2/entity/kind statement.kinds',
      '/members/3/entity/value identifier.empty',
    ]);
  });

  it('are taken back by saying that they are none, from a day on or altogether', () => {
    const drafts = making(
      ended(TERN, { ...terms, members: [{ entity: person(1), from: '2026-06' }, { entity: person(2) }] }),
    );
    expect(drafts.map(({ body }) => body.data)).toMatchObject([
      { statements: [{ relation: 'NOT_MEMBER_OF', object: networkEntity(TERN), from: '2026-06' }] },
      { statements: [{ relation: 'NOT_MEMBER_OF' }], decision: { act: 'end-membership' } },
    ]);
  });
});

describe('a merger', () => {
  it('says that the one is part of the other from a day on, and touches no membership', () => {
    const drafts = making([merged(TERN, { ...terms, into: GULL, from: '2026-05' })]);
    expect(drafts.map(({ body }) => body.data)).toMatchObject([
      {
        subject: networkEntity(TERN),
        statements: [{ relation: 'PART_OF', object: networkEntity(GULL), from: '2026-05' }],
        decision: { act: 'merge-networks' },
      },
    ]);
    expect(faultsOf(() => making([merged(TERN, { ...terms, into: GULL, from: '2026-02-30' })]))).toEqual([
      '/from time.not-a-date',
    ]);
  });
});
