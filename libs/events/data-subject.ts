import type { EntityKind, RelationType } from './entity.js';

/**
 * What a person is in a case (R10; DPA 2018 section 38). Said on each link between a person and a case, because one person may
 * be several things in several cases. Nobody is a suspect by default: a link that says nothing is `uncategorised`, and due to be
 * categorised. The order is wire format for the graph: append only.
 */
export const DATA_SUBJECT_CATEGORIES = ['uncategorised', 'suspect', 'convicted', 'victim', 'witness'] as const;
export type DataSubjectCategory = (typeof DATA_SUBJECT_CATEGORIES)[number];

/** Kinds that are a case: what people are suspected of, or were harmed by. */
const CASES: readonly EntityKind[] = ['incident', 'network', 'referral'];

/** Of these the person is the one who works on the case, or the link says nothing of what the person is in it. */
const NO_PART_IN_IT: readonly RelationType[] = ['INVESTIGATED_BY', 'STATED', 'NOT_SAME_AS', 'NOT_MEMBER_OF'];

/** Whether a link says that a person has a part in a case, in either direction, and so carries a category. */
export function isPersonLink(relation: RelationType, from: EntityKind, to: EntityKind): boolean {
  if (NO_PART_IN_IT.includes(relation)) return false;
  return (from === 'person' && CASES.includes(to)) || (to === 'person' && CASES.includes(from));
}
