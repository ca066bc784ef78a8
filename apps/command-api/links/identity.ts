import { DEMOTED, type Decision, type DecisionAct, type RelationType } from '#events';
import type { Wanted } from '../assertions/decide-together.js';
import type { EntityGiven, SaidUnder } from '../assertions/given.js';

/**
 * Who is whom, as an assertion: nothing is merged or parted in the graph, readers follow what stands. So it is graded, marked,
 * regraded and undone like everything else, and what was known before stays known. Pure.
 */
export const IDENTITY_ACTS = ['same', 'not-same', 'merge', 'split'] as const satisfies readonly DecisionAct[];
export type IdentityAct = (typeof IDENTITY_ACTS)[number];

export interface IdentityGiven extends SaidUnder {
  act: IdentityAct;
  subject: EntityGiven;
  /** Whom the subject is, or is not: each is joined with it alone. */
  others: readonly EntityGiven[];
  /** How sure the author is, 0 to 100. */
  confidence?: number;
  reason: string;
}

/** `merge` and `split` say the same of several as `same` and `not-same` say of one; which of them was meant is kept. */
const RELATION: Readonly<Record<IdentityAct, RelationType>> = {
  same: 'SAME_AS',
  merge: 'SAME_AS',
  'not-same': 'NOT_SAME_AS',
  split: 'NOT_SAME_AS',
};

export function identity({ act, subject, others, confidence, reason, ...terms }: IdentityGiven): Wanted {
  const statements = others.map((object) => ({
    relation: RELATION[act],
    object,
    ...(confidence === undefined ? {} : { confidence }),
  }));
  return {
    given: { ...terms, subject, statements },
    decision: { act, reason },
    places: others.flatMap((_, index): [string, string][] => [
      [`/statements/${index}/object`, `/others/${index}`],
      [`/statements/${index}/relation`, `/others/${index}/kind`],
    ]),
  };
}

export interface DemotionGiven extends SaidUnder {
  subject: EntityGiven;
  from?: string;
  to?: string;
  reason: string;
}

/** Whoever sees it walks no further than the entity: a taxi rank's number binds nobody to anybody. */
export function demotion({ subject, from, to, reason, ...terms }: DemotionGiven): Wanted {
  const decision: Decision = { act: 'demote', reason };
  const dated = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const statement = { relation: 'STATED', property: DEMOTED, value: true, ...dated } as const;
  return { given: { ...terms, subject, statements: [statement] }, decision, places: [['/statements/0', '']] };
}
