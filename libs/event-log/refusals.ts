/** Why the log refused, in the form that every edge and consumer understands: a stable code, and whether trying again can help. */
export class LogRefusal extends Error {
  constructor(
    readonly code: LogRefusalCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'LogRefusal';
  }

  get kind(): (typeof REFUSALS)[LogRefusalCode]['kind'] {
    return REFUSALS[this.code].kind;
  }

  get retriable(): boolean {
    return REFUSALS[this.code].retriable;
  }
}

/** The fate of each refusal, in one table. */
const REFUSALS = {
  'stream.conflict': { kind: 'StreamConflict', retriable: true },
  'stream.name': { kind: 'InvalidInput', retriable: false },
  'event.invalid': { kind: 'InvalidInput', retriable: false },
  'event.too-large': { kind: 'TooLarge', retriable: false },
  'event.duplicate-id': { kind: 'InvalidInput', retriable: false },
  'event.undecodable': { kind: 'Defect', retriable: false },
  'append.too-many': { kind: 'TooLarge', retriable: false },
  'append.not-first': { kind: 'Defect', retriable: false },
  'marking.collision': { kind: 'RuleRefused', retriable: false },
  'log.schema': { kind: 'Unavailable', retriable: false },
  'log.other-database': { kind: 'Unavailable', retriable: false },
  'log.unavailable': { kind: 'Unavailable', retriable: true },
  'lease.lost': { kind: 'Unavailable', retriable: true },
} as const;

export type LogRefusalCode = keyof typeof REFUSALS;
