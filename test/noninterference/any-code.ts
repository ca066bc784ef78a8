import type { Marking } from '#events';
import type { Chance } from '../../bench/workload/chance.js';
import { anyMarking, SPEAKERS } from './cast.js';

const UNHEARD_OF = ['PURPLE', 'NF', 'PROTECT'];

/** A marking as it may stand in the log: derived ones with several compartments, and codes of a newer build among them. */
export function anyCode(chance: Chance): Marking {
  const { gsc, tlp, handling = [], conditions = [], releasableTo = [], compartment = null } = anyMarking(chance);
  const unheard = (share: number): string[] => (chance.happens(share) ? [chance.pick(UNHEARD_OF)] : []);
  return {
    gsc: unheard(0.03)[0] ?? gsc,
    tlp: unheard(0.03)[0] ?? tlp,
    handling: [...handling, ...unheard(0.03), ...(chance.happens(0.1) ? ['ORCON'] : [])],
    conditions: [...conditions, ...unheard(0.03)],
    releasableTo,
    originator: chance.pick(SPEAKERS).organisation,
    compartment: compartment !== null && chance.happens(0.3) ? `${compartment}+other` : compartment,
  };
}
