import { networkEntity } from '#events';
import type { Viewer } from '#access';
import type { KnownAssertion } from '../assertions/assertion-state.js';
import { decide } from '../assertions/assertion.js';
import type { MarkingGiven } from '../assertions/given.js';
import { joined, type MemberGiven, type MembersGiven } from './network.js';
import { BORDER, COASTAL, driver, faultsOf, GULL, id, joining, known, making, member } from './networks.fixture.js';
import { NEW, NOW, person, profile, recorded, said, TERN, tern, terms } from './networks.fixture.js';
import { membershipsOf, split, type SplitGiven } from './split.js';

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
