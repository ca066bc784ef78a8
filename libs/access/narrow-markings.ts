import { canonicalMarking, type Marking } from '#events';
import { combinationFor } from './combine-markings.js';
import { staysAtHome } from './marking-codes.js';
import { reachOf } from './may-see.js';

/**
 * Whether a marking says all that another one says: nobody but its own originator may see, act on or pass on what it marks who
 * may not do so with what the other marks. Where names of groups cannot be compared it says no.
 */
export function isAtMostAsWide(marking: Marking, than: Marking): boolean {
  if (canonicalMarking(marking) === canonicalMarking(than)) return true;
  return covers(marking, combinationFor(marking.originator, [marking, than]));
}

/** Whether a marking already says all that the strictest combination of it and others says. */
export function covers(marking: Marking, strictest: Marking): boolean {
  // Without a list, AMBER and above stay with the originator anyway; below, everybody would see what the list kept from them.
  const limited = strictest.releasableTo.length > 0;
  if (limited && marking.releasableTo.length === 0 && reachOf(marking) !== 'originator') return false;
  // Under AMBER+STRICT a list names nobody (R9).
  const others = (each: Marking): string[] =>
    staysAtHome(each) ? [] : each.releasableTo.filter((name) => name !== each.originator);
  const staysHome =
    others(marking).length === 0 && (marking.releasableTo.length > 0 || reachOf(marking) === 'originator');
  // P permits and restricts nothing; no platform is reached where nobody is.
  const needless = staysHome ? ['P', 'AGENCIES-ONLY', 'HMG-USE-ONLY'] : ['P'];
  return (
    strictest.gsc === marking.gsc &&
    strictest.tlp === marking.tlp &&
    strictest.compartment === marking.compartment &&
    includesAll([...marking.handling, ...needless], strictest.handling) &&
    includesAll(marking.conditions, strictest.conditions) &&
    includesAll(others(strictest), others(marking))
  );
}

/**
 * The marking of something derived after what it rests on got another one (R4): at most as wide as both, with its own
 * originator. It only ever takes away: it names nobody whom the derived marking did not name, since its readers may not be
 * among those who may know to whom the other one is released.
 */
export function narrowedBy(derived: Marking, basis: Marking): Marking {
  if (isAtMostAsWide(derived, basis)) return derived;
  const strictest = combinationFor(derived.originator, [derived, basis]);
  const named = [...derived.releasableTo, derived.originator];
  return { ...strictest, releasableTo: strictest.releasableTo.filter((name) => named.includes(name)) };
}

function includesAll(list: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((one) => list.includes(one));
}
