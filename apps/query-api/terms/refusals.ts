/** What a question is refused for. The edge turns `kind` into a status and `faults` into field pointers (RFC 9457). */

export interface Fault {
  /** JSON pointer (RFC 6901) into the body of the request. */
  pointer: string;
  code: string;
  detail: string;
}

export type RefusalKind = 'InvalidInput' | 'Forbidden' | 'TooLarge' | 'Unavailable';

export class QuestionRefused extends Error {
  constructor(
    readonly code: string,
    readonly kind: RefusalKind,
    message: string,
    readonly faults: Fault[] = [],
  ) {
    super(message);
    this.name = 'QuestionRefused';
  }

  get retriable(): boolean {
    return this.kind === 'Unavailable';
  }
}

/** A question with one fault that the caller can mend. */
export function fault(pointer: string, code: string, detail: string): QuestionRefused {
  return new QuestionRefused(code, 'InvalidInput', detail, [{ pointer, code, detail }]);
}
