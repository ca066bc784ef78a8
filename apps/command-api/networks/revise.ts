import type { Statement } from '#events';
import type { KnownAssertion } from '../assertions/assertion-state.js';
import type { Wanted } from '../assertions/decide-together.js';
import { refuseFaults } from '../assertions/marking-rules.js';
import { about, profile, type Profile, type Reasoned } from './network.js';

export type ReviseGiven = Partial<Profile> & Reasoned;

/** One of the caller's own earlier assertions, and the places of what it said that is said anew. */
export interface Replaced {
  known: KnownAssertion;
  statements: number[];
}

/** Names go together: an alias is one beside a name. */
const PROPERTIES = ['names', 'threat', 'status'] as const;
type Property = (typeof PROPERTIES)[number];

/** What is said anew. Pure. @throws {@link Refusal} */
export function revised(id: string, given: ReviseGiven): Omit<Wanted, 'id'> {
  const { name, aliases, threat, status } = given;
  if (name === undefined && aliases !== undefined)
    refuseFaults('This cannot be taken', [
      { pointer: '/name', code: 'network.name-missing', detail: 'is needed with aliases: names are said together' },
    ]);
  if ([name, threat, status].every((one) => one === undefined))
    refuseFaults('This cannot be taken', [
      { pointer: '', code: 'network.nothing-revised', detail: 'names a new name, threat or status' },
    ]);
  return about(id, 'revise-network', given, profile(given));
}

/** What of one's own earlier word falls with it: those statements and no others; what others said stays beside it. */
export function replacedBy({ name, threat, status }: ReviseGiven, own: readonly KnownAssertion[]): Replaced[] {
  const given: Record<Property, unknown> = { names: name, threat, status };
  const anew = PROPERTIES.filter((property) => given[property] !== undefined);
  return own.flatMap((known) => {
    const { statements } = known.made.body.data;
    const places = known.standing.filter((place) => anew.some((one) => one === propertyOf(statements[place])));
    return places.length === 0 ? [] : [{ known, statements: places }];
  });
}

function propertyOf(statement: Statement | undefined): string | undefined {
  if (statement?.relation === 'HAS_NAME') return 'names';
  return statement?.relation === 'STATED' ? statement.property : undefined;
}
