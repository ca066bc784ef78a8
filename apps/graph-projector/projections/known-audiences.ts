import { audienceOf, type Marking } from '#events';

interface Known {
  marking: Marking;
  audience: number;
}

const MOST_OF_ONE = 100;
const MOST_ORIGINATORS = 10_000;

/**
 * Audiences of markings, those seen before found by comparing: an originator uses few markings, and to hash one, or only to
 * write it out as a key, costs more than the rest of a statement.
 */
export function knownAudiences(): (marking: Marking) => number {
  const byOriginator = new Map<string, Known[]>();
  return (marking) => {
    const ofOne = byOriginator.get(marking.originator) ?? [];
    for (const each of ofOne) if (isSame(each.marking, marking)) return each.audience;
    const audience = audienceOf(marking);
    if (ofOne.length < MOST_OF_ONE) ofOne.push({ marking, audience });
    if (ofOne.length === 1 && byOriginator.size < MOST_ORIGINATORS) byOriginator.set(marking.originator, ofOne);
    return audience;
  };
}

function isSame(one: Marking, other: Marking): boolean {
  return (
    one.tlp === other.tlp &&
    one.gsc === other.gsc &&
    one.compartment === other.compartment &&
    one.originator === other.originator &&
    sameCodes(one.handling, other.handling) &&
    sameCodes(one.conditions, other.conditions) &&
    sameCodes(one.releasableTo, other.releasableTo)
  );
}

/** As they stand: another order is another entry with the same audience. */
function sameCodes(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((code, at) => code === other[at]);
}
