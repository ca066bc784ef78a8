/** Everything that is proved in memory, small and one after the other, until something does not hold. */
import { AccessRefusal, combineMarkings, maySee } from '#access';
import type { Marking } from '#events';
import { Chance } from '../../bench/workload/chance.js';
import { Continuations } from '../../apps/query-api/terms/continuation.js';
import { anyCode } from './any-code.js';
import { anyViewer } from './cast.js';
import { compareWithWords } from './must-see.js';
import { compareWorlds } from './noninterference.js';
import { whoSeesTooMuch } from './what-rests-on-others.js';
import { wordsAllow } from './words-of-the-policy.js';

export interface Fault {
  /** What does not hold. */
  broken: 'policy' | 'combination' | 'what rests on others' | 'continuation' | 'noninterference' | 'must see';
  /** Cases that it took to find out. */
  cases: number;
}

const POLICY_CASES = 5_000;
const COMBINATION_CASES = 10_000;
const RESTING_WORLDS = 60;
const PAIRS = 5_400;
const WORLDS = 10;

export async function firstFault(seed: number): Promise<Fault | undefined> {
  const policy = firstOf(POLICY_CASES, seed, policyHolds);
  if (policy !== undefined) return { broken: 'policy', cases: policy };
  const combination = firstOf(COMBINATION_CASES, seed, combinationHolds);
  if (combination !== undefined) return { broken: 'combination', cases: combination };
  const continuation = firstOf(20, seed, continuationHolds);
  if (continuation !== undefined) return { broken: 'continuation', cases: continuation };
  const { cases, wider } = whoSeesTooMuch(RESTING_WORLDS, seed);
  if (wider.length > 0) return { broken: 'what rests on others', cases };
  const { pairs, differences } = await compareWorlds({ pairs: PAIRS, seed, untilFirst: true });
  if (differences.length > 0) return { broken: 'noninterference', cases: pairs };
  const { shown, faults } = await compareWithWords(WORLDS, seed);
  return faults.length > 0 ? { broken: 'must see', cases: shown } : undefined;
}

function firstOf(cases: number, seed: number, holds: (chance: Chance) => boolean): number | undefined {
  const chance = new Chance(seed);
  for (let n = 1; n <= cases; n += 1) if (!holds(chance)) return n;
  return undefined;
}

function policyHolds(chance: Chance): boolean {
  const viewer = anyViewer(chance);
  const marking = anyCode(chance);
  return maySee(viewer, marking).see === wordsAllow(viewer, marking);
}

/** R4: nobody sees, acts on or passes on what is derived who may not do so with each input. */
function combinationHolds(chance: Chance): boolean {
  const inputs: Marking[] = Array.from({ length: 2 + chance.below(2) }, () => anyCode(chance));
  const deriver = anyViewer(chance);
  const reader = anyViewer(chance);
  // An organisation is in its groups as a whole; who derives owns the result, also after leaving one.
  const viewer = reader.organisation === deriver.organisation ? { ...reader, groups: deriver.groups } : reader;
  let combined: Marking;
  try {
    combined = combineMarkings(inputs, deriver);
  } catch (refusal) {
    return refusal instanceof AccessRefusal && !inputs.every((input) => wordsAllow(deriver, input));
  }
  if (!wordsAllow(viewer, combined)) return true;
  const of = maySee(viewer, combined);
  return inputs.every((input) => {
    const { see, act, disclose } = maySee(viewer, input);
    return see && wordsAllow(viewer, input) && (act || !of.act) && (disclose || !of.disclose);
  });
}

/** It opens for the same caller, question and terms, and for nobody else. */
function continuationHolds(chance: Chance): boolean {
  const { organisation, subject } = anyViewer(chance);
  const continuations = new Continuations(Buffer.alloc(32, 9), () => new Date('2026-06-01T00:00:00Z'));
  const bound = { question: 'entity-card', organisation, subject, terms: { seed: { id: '0' } } };
  const sealed = continuations.seal(bound, { position: 7, incarnation: 1, asOf: 1, after: [5, 0] });
  const opens = (change: object): boolean => {
    try {
      return continuations.open({ ...bound, ...change }, sealed).position === 7;
    } catch {
      return false;
    }
  };
  const others = [{ question: 'neighbours' }, { organisation: 'another' }, { subject: 'another' }, { terms: {} }];
  return opens({}) && !others.some(opens);
}
