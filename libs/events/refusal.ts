/** One fault of an input: where (JSON pointer into what was sent), a stable code, and what to do. */
export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

/**
 * A rule says no. Thrown by decisions, which know nothing of HTTP; the edge recognises it by its properties. It is an answer
 * to the caller and not an accident: it is recorded under the idempotency key and given again, and never tried again by us.
 */
export class Refusal extends Error {
  readonly retriable = false;

  constructor(
    readonly kind: 'InvalidInput' | 'RuleRefused' | 'NotFound' | 'NotReleasable' | 'Forbidden',
    readonly code: string,
    message: string,
    readonly faults?: readonly Fault[],
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** A refusal of faulty input: its code is that of the first fault, and every fault is told at once. */
export function refusedFor(what: string, faults: readonly [Fault, ...Fault[]]): Refusal {
  const [first] = faults;
  return new Refusal('InvalidInput', first.code, `${what}: ${first.detail}`, faults);
}
