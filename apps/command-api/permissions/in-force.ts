import type { Ancestor } from '#access';
import type { KnownEvent } from '#events';

const ASSERTION = 'assertion-';

/** Whether a stream is one assertion, whose events share one marking and are one thing to consent to. */
export function isAssertion(stream: string): boolean {
  return stream.startsWith(ASSERTION);
}

/**
 * An event of a stream as it counts now: an assertion stands for all its events, under the marking and grading in force, which
 * are those of its last word; any other event stands for itself. Undefined where the stream does not have it.
 */
export function inForce(history: readonly KnownEvent[], event: string): (Ancestor & { basis: string[] }) | undefined {
  const named = history.find(({ id }) => id === event);
  const first = history[0];
  const last = history.at(-1);
  if (named === undefined || first === undefined || last === undefined) return undefined;
  const { statementKind, grading } = first;
  if (!isAssertion(first.stream)) {
    const graded = named.grading === undefined ? {} : { grading: named.grading };
    return { event, marking: named.marking, ...graded, statementKind: named.statementKind, basis: [...named.basis] };
  }
  // Whoever grades anew says it in an event of its own: the grading of the first word never changes (R1).
  const now = history.reduce((before, { grading: later }) => later ?? before, grading);
  return {
    event: first.stream.slice(ASSERTION.length),
    marking: last.marking,
    ...(now === undefined ? {} : { grading: now }),
    statementKind,
    ...(history.some(({ body }) => body.type === 'assertion.withdrawn') ? { withdrawn: true } : {}),
    basis: [...new Set(history.flatMap(({ basis }) => basis))].filter((id) => !history.some((one) => one.id === id)),
  };
}
