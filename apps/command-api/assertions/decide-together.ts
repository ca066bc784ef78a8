import { type Decision, type EventDraft, Refusal, type Fault } from '#events';
import { decide, type Make } from './assertion.js';
import { NO_ASSERTION } from './assertion-state.js';
import type { AssertionGiven } from './given.js';
import { refuseFaults } from './marking-rules.js';

/** An assertion that a decision about identity or a network comes to. */
export interface Wanted {
  /** Where something is named by it; any new id otherwise. */
  id?: string;
  given: AssertionGiven;
  decision: Decision;
  /**
   * Places in the assertion (JSON pointers), and those of the request that they come from; the first that fits counts. One that
   * ends in a slash stands for all below it.
   */
  places: readonly (readonly [place: string, inRequest: string])[];
}

export type Together = Omit<Make, 'type' | 'id' | 'given' | 'decision'> & { newId: () => string };

/**
 * Makes several assertions or none, by the rules of a single one. Every fault of all of them is told at once, each at its place
 * in the request; one of the terms that they share once. Pure.
 * @throws {@link Refusal}
 */
export function decideTogether(wanted: readonly Wanted[], { newId, ...terms }: Together): EventDraft[] {
  const faults = new Map<string, Fault>();
  const drafts = wanted.flatMap(({ id = newId(), given, decision, places }) => {
    try {
      return [decide(NO_ASSERTION, { type: 'make', id, given, decision, ...terms })];
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || refusal.faults === undefined) throw refusal;
      for (const fault of refusal.faults) {
        const pointer = inRequest(fault.pointer, places);
        faults.set(`${pointer} ${fault.code}`, { ...fault, pointer });
      }
      return [];
    }
  });
  refuseFaults('This cannot be taken', [...faults.values()]);
  return drafts;
}

function inRequest(pointer: string, places: Wanted['places']): string {
  for (const [place, to] of places) {
    if (place.endsWith('/') && pointer.startsWith(place)) return to;
    if (pointer === place || pointer.startsWith(`${place}/`)) return `${to}${pointer.slice(place.length)}`;
  }
  return pointer;
}
