import type { Ancestor } from '#access';
import type { KnownEvent } from '#events';
import { assertionFrom } from '../assertions/assertion-state.js';

const ASSERTION = 'assertion-';

/**
 * An event of a stream as it counts now: an assertion is one thing to consent to, whichever of its events is named, under the
 * marking and grading in force; any other event stands for itself. Undefined where the stream does not have it.
 */
export function inForce(history: readonly KnownEvent[], event: string): (Ancestor & { basis: string[] }) | undefined {
  const named = history.find(({ id }) => id === event);
  if (named === undefined) return undefined;
  if (!named.stream.startsWith(ASSERTION)) {
    const graded = named.grading === undefined ? {} : { grading: named.grading };
    return { event, marking: named.marking, ...graded, statementKind: named.statementKind, basis: [...named.basis] };
  }
  const state = assertionFrom(history);
  if (state.status === 'absent') return undefined;
  const { made, marking, grading, status } = state;
  return {
    event: named.stream.slice(ASSERTION.length),
    marking,
    ...(grading === undefined ? {} : { grading }),
    statementKind: made.statementKind,
    ...(status === 'withdrawn' ? { withdrawn: true } : {}),
    basis: [...made.basis],
  };
}
