import { type Marking, refusedFor, type Fault } from '#events';
import { ABOVE_OFFICIAL, markingFaults, type Viewer } from '#access';
import type { MarkingGiven } from './given.js';

/** The marking that a caller gives, with what they left out. */
export function markingOf(given: MarkingGiven, organisation: string): Marking {
  const { gsc, tlp, handling = [], conditions = [], releasableTo = [], originator = organisation } = given;
  return { gsc, tlp, handling, conditions, releasableTo, originator, compartment: given.compartment ?? null };
}

/** @param bothConditionsUnderC R2, which an installation may switch off */
export function markingRules(marking: Marking, viewer: Viewer, bothConditionsUnderC = true): Fault[] {
  const { organisation } = viewer;
  const faults: Fault[] = markingFaults(marking, { at: '/marking', organisation, bothConditionsUnderC });
  const { compartment } = marking;
  // One answer whether or not such a compartment exists.
  if (compartment !== null && !viewer.compartments.includes(compartment))
    faults.push({
      pointer: '/marking/compartment',
      code: 'marking.not-your-compartment',
      detail: 'must be a compartment that you are in',
    });
  return faults;
}

/** What is above OFFICIAL is told alone: nothing else of such a request may be looked at or kept (R7). */
export function refuseFaults(what: string, faults: readonly Fault[]): void {
  const spillage = faults.find(({ code }) => code === ABOVE_OFFICIAL);
  const [first, ...others] = spillage === undefined ? faults : [spillage];
  if (first !== undefined) throw refusedFor(what, [first, ...others]);
}
