import { spanOf, type EntityRef, type LinkStatement, type Marking, type Fault } from '#events';
import { combineMarkings, covers, maySee, type Viewer } from '#access';
import type { KnownAssertion } from '../assertions/assertion-state.js';
import type { Wanted } from '../assertions/decide-together.js';
import type { EntityGiven, MarkingGiven, StatementGiven } from '../assertions/given.js';
import { markingOf } from '../assertions/marking-rules.js';
import { about, assessment, networkGiven, profile, termsOf, type AssessGiven } from './network.js';

export interface SplitGiven extends AssessGiven {
  /** Assertions by which the members that go along are members. */
  memberships: readonly string[];
  from?: string;
}

/** One that was named, and what it says of the network that is split. */
export interface Membership {
  /** Place in the request. */
  index: number;
  known: KnownAssertion;
  links: LinkStatement[];
}

/**
 * The memberships that go along. One that the caller may not see answers like one that does not exist; who is a member by it
 * stays where they are, as everybody does who is not named.
 * @param networks keys of the network and of what is part of it
 */
export function membershipsOf(
  named: readonly string[],
  states: ReadonlyMap<string, KnownAssertion>,
  networks: ReadonlySet<string>,
  viewer: Viewer,
): { memberships: Membership[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const memberships = named.flatMap((id, index) => {
    const fault = (code: string, detail: string): [] => {
      faults.push({ pointer: `/memberships/${index}`, code, detail });
      return [];
    };
    const known = states.get(id);
    if (known === undefined || !maySee(viewer, known.marking).see)
      return fault('membership.unknown', 'is no assertion that you may see');
    if (named.indexOf(id) !== index) return fault('membership.twice', 'is named twice');
    if (known.status === 'withdrawn') return fault('membership.withdrawn', 'has been withdrawn');
    const links = known.standing.flatMap((place) => linkAt(known, place));
    const ofThis = links.filter(({ object }) => networks.has(object.key));
    if (links.length === 0) return fault('membership.none', 'makes nobody a member of a network');
    if (ofThis.length === 0)
      return fault(
        'membership.of-another-network',
        'is a membership of another network, which is no visible part of this one',
      );
    return [{ index, known, links: ofThis }];
  });
  return { memberships, faults };
}

function linkAt({ made }: KnownAssertion, place: number): LinkStatement[] {
  const statement = made.body.data.statements[place];
  return statement?.relation === 'MEMBER_OF' && statement.object.kind === 'network' ? [statement] : [];
}

/** The new network, then each member that goes along: in the new one from then on, and no longer in the old one. */
export function split(
  id: string,
  from: string,
  given: SplitGiven,
  memberships: readonly Membership[],
  viewer: Viewer,
): Wanted[] {
  const dated = given.from === undefined ? {} : { from: given.from };
  const succession: StatementGiven = { relation: 'SUCCESSOR_OF', object: networkGiven(from), ...dated };
  const said = [assessment(given.reason), ...profile(given), [succession, ''] as [StatementGiven, string]];
  const { places, ...network } = about(id, 'split-network', given, said);
  return [
    { id, ...network, places: [[`/statements/${said.length - 1}/from`, '/from'], ...places] },
    ...memberships.map((membership) => goingAlong(id, given, membership, dated, viewer)),
  ];
}

function goingAlong(
  id: string,
  given: SplitGiven,
  { index, known, links }: Membership,
  dated: { from?: string },
  viewer: Viewer,
): Wanted {
  const { made, marking } = known;
  const terms = termsOf(given);
  return {
    given: {
      ...terms,
      marking: withBasis(given.marking, marking, viewer),
      basis: [...(given.basis ?? []), made.id],
      subject: asGiven(made.body.data.subject),
      statements: [...links.map((link) => inNew(id, link, dated)), ...links.map(({ object }) => notIn(object, dated))],
    },
    decision: { act: 'split-network', reason: given.reason },
    places: [
      ['/statements/', `/memberships/${index}`],
      ['/marking/compartment', `/memberships/${index}`],
    ],
  };
}

/** What rests on a membership carries its restrictions (R4), each its own: one that is kept close does not make the rest so. */
function withBasis(given: MarkingGiven, basis: Marking, viewer: Viewer): MarkingGiven {
  const marking = markingOf(given, viewer.organisation);
  // Its faults are told by the rules of a marking.
  if (!maySee(viewer, marking).see) return given;
  const strictest = combineMarkings([marking, basis], viewer);
  return covers(marking, strictest) ? marking : strictest;
}

function inNew(id: string, { role, category, from, to }: LinkStatement, dated: { from?: string }): StatementGiven {
  const begin = later(from, dated.from);
  return {
    relation: 'MEMBER_OF',
    object: networkGiven(id),
    ...(role === undefined ? {} : { role }),
    ...(category === undefined ? {} : { category }),
    ...(begin === undefined ? {} : { from: begin }),
    ...(to === undefined ? {} : { to }),
  };
}

/** Whoever joined after the split was never in the new network before they joined. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  const first = (claim: string | undefined): number =>
    claim === undefined ? -Infinity : (spanOf(claim)?.first ?? -Infinity);
  return first(one) > first(other) ? one : other;
}

function notIn(network: EntityRef, dated: { from?: string }): StatementGiven {
  return { relation: 'NOT_MEMBER_OF', object: asGiven(network), ...dated };
}

function asGiven({ kind, key }: EntityRef): EntityGiven {
  return { kind, value: key };
}
