import type { Marking } from '#events';
import { COMPARTMENT_JOIN, GSC, TLP, compartmentsOf, staysAtHome, strictest } from './marking-codes.js';
import { maySee, reachOf } from './may-see.js';
import { AccessRefusal } from './refusal.js';
import type { Viewer } from './viewer.js';

/**
 * The marking of what is derived from several statements (R4): the union of restrictions and the strictest GSC and TLP.
 * Nobody may see the result who may not see each input, and nobody may do with it what one input forbids. It may be narrower
 * than necessary where names of groups cannot be compared, never wider. The organisation that derives becomes the originator,
 * which is right only because it may see every input: anything else is refused.
 * @throws {@link AccessRefusal} `marking.not-combinable`, which answers like "not found"
 */
export function combineMarkings(markings: readonly Marking[], deriver: Viewer): Marking {
  if (markings.length === 0 || !markings.every((marking) => maySee(deriver, marking).see))
    throw new AccessRefusal('NotReleasable', 'marking.not-combinable', 'one of the markings is not releasable');
  return combinationFor(deriver.organisation, markings);
}

/** The combination for an organisation whatever it may see: for rules that act in nobody's name. */
export function combinationFor(organisation: string, markings: readonly Marking[]): Marking {
  const releasableTo = commonRecipients(markings, organisation);
  const compartments = union(markings.map(compartmentsOf));
  return {
    gsc: strictest(
      GSC,
      markings.map(({ gsc }) => gsc),
    ),
    tlp: strictest(
      TLP,
      markings.map(({ tlp }) => tlp),
    ),
    handling: commonHandling(markings, releasableTo),
    conditions: union(markings.map(({ conditions }) => conditions)),
    releasableTo,
    originator: organisation,
    compartment: compartments.length === 0 ? null : compartments.join(COMPARTMENT_JOIN),
  };
}

/** Who is named by every input that names anybody; the deriver alone where that is nobody, since an empty list means "not limited". */
function commonRecipients(markings: readonly Marking[], deriver: string): string[] {
  const lists = markings.map(recipients).filter((list) => list !== undefined);
  if (lists.length === 0) return [];
  const [first = new Set<string>(), ...others] = lists;
  const common = [...first].filter((name) => others.every((list) => list.has(name)));
  return union([common, [deriver]]);
}

function recipients(marking: Marking): Set<string> | undefined {
  // It stays with its originator even where it names others (R9); under a stricter label those names would count again.
  if (staysAtHome(marking)) return new Set([marking.originator]);
  if (marking.releasableTo.length > 0) return new Set([...marking.releasableTo, marking.originator]);
  return reachOf(marking) === 'originator' ? new Set([marking.originator]) : undefined;
}

function commonHandling(markings: readonly Marking[], releasableTo: readonly string[]): string[] {
  const codes = union(markings.map(({ handling }) => handling));
  const someForCommunity = markings.some((each) => each.releasableTo.length === 0 && reachOf(each) === 'community');
  // A platform named by one input would otherwise see what another keeps inside the community.
  if (someForCommunity && releasableTo.length > 0) codes.push('AGENCIES-ONLY');
  // Under 3x5x2 a report is either P or C, and C is the one that restricts.
  const withoutP = codes.includes('C') ? codes.filter((code) => code !== 'P') : codes;
  return union([withoutP]);
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}
