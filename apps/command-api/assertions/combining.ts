import type { Decision, EventDraft, RelationType } from '#events';

/** Relations that say of two entities that they are one, or one and then the other: what is known of both comes together. */
const JOINING: readonly RelationType[] = ['SAME_AS', 'SUCCESSOR_OF'];

/**
 * Ids for the audit's act `combination` (R16) where an assertion brings together what stood apart: it joins two entities or
 * merges two networks, or it is derived from other statements. Empty where it does neither.
 */
export function combinedBy({ id, basis, body }: EventDraft): string[] {
  const { statements = [], decision } = body.data as {
    statements?: readonly { relation: RelationType }[];
    decision?: Decision;
  };
  const joins = decision?.act === 'merge-networks' || statements.some(({ relation }) => JOINING.includes(relation));
  return joins || basis.length > 0 ? [id, ...basis] : [];
}
