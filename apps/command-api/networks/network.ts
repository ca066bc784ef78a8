import {
  networkEntity,
  type DataSubjectCategory,
  type DecisionAct,
  type NetworkRole,
  type NetworkStatus,
} from '#events';
import type { Wanted } from '../assertions/decide-together.js';
import type { EntityGiven, SaidUnder, StatementGiven } from '../assertions/given.js';

/**
 * What analysts say of an assessed network, as assertions. The assertion that assesses it names it; names, threat and status,
 * members and mergers are said of that name by whoever sees it, side by side. Pure.
 */
export interface Profile {
  name: string;
  aliases?: readonly string[];
  threat: string;
  status: NetworkStatus;
}

export interface Reasoned extends SaidUnder {
  reason: string;
}

export type AssessGiven = Profile & Reasoned;

export interface MemberGiven {
  entity: EntityGiven;
  role: NetworkRole;
  from?: string;
  to?: string;
  category?: DataSubjectCategory;
}

export interface MembersGiven extends Reasoned {
  members: readonly MemberGiven[];
}

export interface EndGiven extends Reasoned {
  members: readonly { entity: EntityGiven; from?: string }[];
}

export interface MergeGiven extends Reasoned {
  /** Id of the network that takes it in. */
  into: string;
  from?: string;
}

/** Said of it, each with the field of the request that it comes from. */
type Said = [statement: StatementGiven, field: string][];

/** STATED of a network: why it was assessed to be one. It stays when names, threat and status are revised. */
const ASSESSMENT = 'assessment';

/** Id of a network, in the form in which it is named everywhere. */
export function networkGiven(id: string): EntityGiven {
  const { kind, key } = networkEntity(id);
  return { kind, value: key };
}

/** @param id id of the assertion, which becomes that of the network */
export function assessed(id: string, given: AssessGiven): Wanted {
  return { id, ...about(id, 'assess-network', given, [assessment(given.reason), ...profile(given)]) };
}

export function assessment(reason: string): Said[0] {
  return [{ relation: 'STATED', property: ASSESSMENT, value: reason }, '/reason'];
}

/** The first name of an assertion is what its author calls the network, the others are aliases. */
export function profile({ name, aliases = [], threat, status }: Partial<Profile>): Said {
  const stated = (property: 'threat' | 'status', value: string | undefined): Said =>
    value === undefined ? [] : [[{ relation: 'STATED', property, value }, `/${property}`]];
  const named = (value: string, field: string): Said[0] => [
    { relation: 'HAS_NAME', object: { kind: 'name', value } },
    field,
  ];
  return [
    ...(name === undefined ? [] : [named(name, '/name')]),
    ...aliases.map((alias, index) => named(alias, `/aliases/${index}`)),
    ...stated('threat', threat),
    ...stated('status', status),
  ];
}

/** An assertion whose subject is the network itself. */
export function about(id: string, act: DecisionAct, given: Reasoned, said: Said): Omit<Wanted, 'id'> {
  return {
    given: { ...termsOf(given), subject: networkGiven(id), statements: said.map(([statement]) => statement) },
    decision: { act, reason: given.reason },
    places: said.map(([, field], index): [string, string] => [`/statements/${index}/`, field]),
  };
}

/** One assertion for each member, so that each has its own history: who said so, under which marking, until when. */
export function joined(id: string, given: MembersGiven): Wanted[] {
  return given.members.map(({ entity, ...terms }, index) =>
    membership(given, 'add-member', entity, [{ relation: 'MEMBER_OF', object: networkGiven(id), ...terms }], index),
  );
}

export function ended(id: string, given: EndGiven): Wanted[] {
  return given.members.map(({ entity, ...dated }, index) =>
    membership(
      given,
      'end-membership',
      entity,
      [{ relation: 'NOT_MEMBER_OF', object: networkGiven(id), ...dated }],
      index,
    ),
  );
}

function membership(
  given: Reasoned,
  act: DecisionAct,
  subject: EntityGiven,
  statements: StatementGiven[],
  index: number,
): Wanted {
  const member = `/members/${index}`;
  return {
    given: { ...termsOf(given), subject, statements },
    decision: { act, reason: given.reason },
    places: [
      ['/subject', `${member}/entity`],
      ['/statements/0/relation', `${member}/entity/kind`],
      ['/statements/0', member],
    ],
  };
}

/** Members stay where they are: readers take in the members of everything that is part of a network. */
export function merged(id: string, given: MergeGiven): Wanted {
  const dated = given.from === undefined ? {} : { from: given.from };
  const { places, ...rest } = about(id, 'merge-networks', given, [
    [{ relation: 'PART_OF', object: networkGiven(given.into), ...dated }, '/into'],
  ]);
  return { ...rest, places: [['/statements/0/from', '/from'], ...places] };
}

/** The terms alone, without what else the request says. */
export function termsOf({ grading, marking, statementKind, time, origin, basis, purpose }: SaidUnder): SaidUnder {
  return {
    ...{ grading, marking, statementKind, time, purpose },
    ...(origin === undefined ? {} : { origin }),
    ...(basis === undefined ? {} : { basis }),
  };
}
