import { networkEntity, type EventDraft, type KnownEvent } from '#events';
import type { Viewer } from '#access';
import { assertionFrom, type KnownAssertion } from '../assertions/assertion-state.js';
import { decide } from '../assertions/assertion.js';
import { decideTogether, type Wanted } from '../assertions/decide-together.js';
import type { MarkingGiven } from '../assertions/given.js';
import type { Refusal } from '../refusal.js';
import { assessed, ended, joined, merged, type MemberGiven, type MembersGiven } from './network.js';
import { replacedBy, revised, type ReviseGiven } from './revise.js';
import { membershipsOf, split, type SplitGiven } from './split.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a001';
const BORDER = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const NOW = new Date('2026-08-10T12:00:00Z');
const id = (n: number): string => `0193a1f2-7c00-7000-8000-${String(n).padStart(12, '0')}`;
const [TERN, GULL, NEW] = [id(1), id(2), id(3)] as const;

const member = (organisation: string, compartments: string[] = []): Viewer => ({
  organisation,
  kind: 'agency',
  subject: 'analyst-1',
  roles: ['analyst'],
  groups: [],
  compartments,
});
const terms = {
  grading: { scheme: '3x5x2', source: '2', information: 'B' },
  marking: { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'] } as MarkingGiven,
  statementKind: { kind: 'assessment', assessor: 'analyst 12' },
  time: { at: '2026-08-09' },
  purpose: 'operation-tern',
  reason: 'One crew sells and runs these crossings.',
} as const;
const profile = { name: 'Tern', aliases: ['The Ferrymen'], threat: 'high', status: 'active' } as const;

let nextId = 100;
function making(
  wanted: readonly Wanted[],
  viewer = member(COASTAL),
  known: readonly KnownAssertion[] = [],
): EventDraft[] {
  return decideTogether(wanted, {
    by: { viewer, role: 'analyst' },
    now: NOW,
    newId: () => id((nextId += 1)),
    keyOf: (kind, key) => `key of ${kind} ${key}`,
    restsOn: new Map(known.map(({ made, marking }) => [made.id, marking])),
  });
}

/** A draft as the log would give it back. */
function recorded(draft: EventDraft, streamVersion = 1): KnownEvent {
  const { organisation: source } = draft.actor;
  const stream = `assertion-${streamVersion === 1 ? draft.id : draft.basis[0]}`;
  return { ...draft, source, stream, streamVersion, recordedTime: NOW.toISOString(), correlationId: 'c' } as never;
}
const known = (...events: KnownEvent[]): KnownAssertion => assertionFrom(events) as KnownAssertion;
const said = (wanted: Wanted, viewer?: Viewer): KnownAssertion => known(recorded(making([wanted], viewer)[0]!));

function faultsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    return ((error as Refusal).faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
  }
  return [];
}

const tern = assessed(TERN, { ...terms, ...profile });
const person = (n: number) => ({ kind: 'person', platform: 'pole', value: `p${n}` }) as const;
const driver: MemberGiven = { entity: person(1), role: 'transporter', from: '2026-03', category: 'suspect' };
const joining = (members: MemberGiven[], changes: Partial<MembersGiven> = {}): Wanted[] =>
  joined(TERN, { ...terms, members, ...changes });

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

describe('a split', () => {
  const given: SplitGiven = { ...terms, ...profile, name: 'Gull', memberships: [], from: '2026-05' };
  const memberOf = (changes: Partial<MemberGiven>, more: Partial<MembersGiven> = {}, viewer?: Viewer): KnownAssertion =>
    said(joining([{ ...driver, ...changes }], more)[0]!, viewer);
  const splitting = (states: readonly KnownAssertion[], viewer = member(COASTAL), networks = [TERN]) => {
    const named = states.map(({ made }) => made.id);
    const byId = new Map(states.map((state) => [state.made.id, state]));
    const keys = new Set(networks.map((one) => networkEntity(one).key));
    const { memberships, faults } = membershipsOf(named, byId, keys, viewer);
    expect(faults).toEqual([]);
    return making(split(NEW, TERN, { ...given, memberships: named }, memberships, viewer), viewer, states);
  };

  it('makes a network that succeeds the old one; who goes along is in it and no longer there, the others are not named', () => {
    const membership = memberOf({});
    const [network, moved, ...others] = splitting([membership]);
    expect(network).toMatchObject({
      id: NEW,
      body: {
        data: {
          subject: networkEntity(NEW),
          statements: expect.arrayContaining([
            { relation: 'SUCCESSOR_OF', object: networkEntity(TERN), from: '2026-05' },
          ]) as unknown,
          decision: { act: 'split-network' },
        },
      },
    });
    expect(moved).toMatchObject({
      basis: [membership.made.id],
      body: {
        data: {
          subject: { key: 'pole:person/p1' },
          statements: [
            {
              relation: 'MEMBER_OF',
              object: networkEntity(NEW),
              role: 'transporter',
              from: '2026-05',
              category: 'suspect',
            },
            { relation: 'NOT_MEMBER_OF', object: networkEntity(TERN), from: '2026-05' },
          ],
        },
      },
    });
    expect(others).toEqual([]);
  });

  it('takes nobody along before they had joined, nor after they had left', () => {
    const [, moved] = splitting([memberOf({ from: '2026-07-02' })]);
    expect(moved?.body.data).toMatchObject({ statements: [{ from: '2026-07-02' }, { from: '2026-05' }] });
    expect(faultsOf(() => splitting([memberOf({}), memberOf({ to: '2026-04' })]))).toEqual([
      '/memberships/1 statement.dates-reversed',
    ]);
  });

  it('R4: marks each that goes along as closely as the membership that it rests on, and the others no closer', () => {
    const close: MarkingGiven = { gsc: 'OFFICIAL-SENSITIVE', tlp: 'RED', handling: ['C'], conditions: ['A1', 'S2'] };
    const [network, open, kept] = splitting([memberOf({}), memberOf({ entity: person(2) }, { marking: close })]);
    expect(network?.marking).toMatchObject({ tlp: 'AMBER', gsc: 'OFFICIAL', handling: ['P'] });
    expect(open?.marking).toMatchObject({ tlp: 'AMBER', gsc: 'OFFICIAL', handling: ['P'] });
    expect(kept?.marking).toMatchObject({
      tlp: 'RED',
      gsc: 'OFFICIAL-SENSITIVE',
      handling: ['C'],
      conditions: ['A1', 'S2'],
    });
  });

  it('takes members of what is part of it out of that part', () => {
    const ofPart = said(joined(GULL, { ...terms, members: [driver] })[0]!);
    const [, moved] = splitting([ofPart], member(COASTAL), [TERN, GULL]);
    expect(moved?.body.data).toMatchObject({
      statements: [{ object: networkEntity(NEW) }, { object: networkEntity(GULL) }],
    });
  });

  it('refuses what is no visible, standing membership of this network: hidden and unknown are one answer', () => {
    const hidden = memberOf({}, { marking: { gsc: 'OFFICIAL', tlp: 'RED' } }, member(BORDER));
    const elsewhere = said(joined(GULL, { ...terms, members: [driver] })[0]!);
    const own = memberOf({});
    const common = { by: { viewer: member(COASTAL), role: 'analyst' }, now: NOW, purpose: 'p', reason: 'r' };
    const gone = memberOf({});
    const withdrawn = known(gone.made, recorded(decide(gone, { type: 'withdraw', id: id(51), ...common }), 2));
    const states = new Map(
      [hidden, elsewhere, own, withdrawn, said(tern)].map((state) => [state.made.id, state] as const),
    );
    const named = [hidden.made.id, id(99), elsewhere.made.id, own.made.id, own.made.id, withdrawn.made.id, TERN];
    const { faults } = membershipsOf(named, states, new Set([networkEntity(TERN).key]), member(COASTAL));
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/memberships/0 membership.unknown',
      '/memberships/1 membership.unknown',
      '/memberships/2 membership.of-another-network',
      '/memberships/4 membership.twice',
      '/memberships/5 membership.withdrawn',
      '/memberships/6 membership.none',
    ]);
    const [first, second] = faults;
    expect({ ...first, pointer: '' }).toEqual({ ...second, pointer: '' });
  });
});
