/** One fault of what was sent: where (JSON pointer), a stable code, and what to do. */
export interface CaseFault {
  pointer: string;
  code: string;
  detail: string;
}

/**
 * A rule of referrals and removals says no. Decisions know nothing of HTTP; the edge recognises the refusal by its properties.
 * It is an answer to the caller and not an accident, so nobody tries again by themselves.
 */
export class CaseRefusal extends Error {
  readonly retriable = false;

  constructor(
    readonly kind: 'InvalidInput' | 'RuleRefused' | 'NotFound' | 'NotReleasable' | 'Forbidden',
    readonly code: string,
    message: string,
    readonly faults?: readonly CaseFault[],
  ) {
    super(message);
    this.name = 'CaseRefusal';
  }
}
