/**
 * An error that people can act on. Recognised by its properties and never by a base class, so that the pure libs need no
 * import from here and an error of any origin falls into the same table (see `problem-document.ts`).
 */
export const ERROR_KINDS = [
  'InvalidInput',
  'RuleRefused',
  'NotFound',
  'NotReleasable',
  'StreamConflict',
  'Unavailable',
  'Unauthenticated',
  'Forbidden',
  'TooLarge',
  'RateLimited',
  'PreconditionFailed',
  'InProgress',
  'Unprocessable',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** One fault of an input: where (JSON pointer into the body, or into the query parameters), a stable code, and what to do. */
export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

/** What every error of this project carries, whatever class it is of. */
export interface KnownError {
  /** Stable and dotted: `stream.conflict`. */
  code: string;
  kind: ErrorKind;
  /** Whether the same call may succeed later without any change. */
  retriable: boolean;
  message: string;
  faults?: readonly Fault[];
  /** Headers that the answer carries beside its body. */
  headers?: Readonly<Record<string, string>>;
}

interface ProblemOptions {
  faults?: readonly Fault[];
  retriable?: boolean;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

const RETRIABLE_KINDS: ReadonlySet<ErrorKind> = new Set(['StreamConflict', 'Unavailable', 'RateLimited', 'InProgress']);

/** The error to throw in apps and edges; `message` is shown to the caller, so it holds no personal data. */
export class Problem extends Error implements KnownError {
  readonly faults?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly retriable: boolean;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    options: ProblemOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'Problem';
    this.retriable = options.retriable ?? RETRIABLE_KINDS.has(kind);
    if (options.faults !== undefined) this.faults = options.faults;
    if (options.headers !== undefined) this.headers = options.headers;
  }
}

/** Whether an error of any origin carries what {@link KnownError} asks for. */
export function isKnownError(error: unknown): error is KnownError {
  if (typeof error !== 'object' || error === null) return false;
  const { kind, code, retriable, message } = error as Partial<Record<keyof KnownError, unknown>>;
  return (
    typeof code === 'string' &&
    typeof retriable === 'boolean' &&
    typeof message === 'string' &&
    (ERROR_KINDS as readonly unknown[]).includes(kind)
  );
}
