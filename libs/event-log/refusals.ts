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
  'append.too-large': { kind: 'TooLarge', retriable: false },
  'append.not-first': { kind: 'Defect', retriable: false },
  'append.lost-write': { kind: 'Defect', retriable: false },
  'marking.collision': { kind: 'RuleRefused', retriable: false },
  'log.schema': { kind: 'Unavailable', retriable: false },
  'log.role': { kind: 'Unavailable', retriable: false },
  'log.other-database': { kind: 'Unavailable', retriable: false },
  'log.unavailable': { kind: 'Unavailable', retriable: true },
  'lease.lost': { kind: 'Unavailable', retriable: true },
  'cursor.goes-back': { kind: 'Defect', retriable: false },
} as const;

export type LogRefusalCode = keyof typeof REFUSALS;

/** SQLSTATEs that our own functions raise. */
const RAISED: Record<string, LogRefusalCode> = {
  BW001: 'append.not-first',
  BW002: 'stream.conflict',
  BW003: 'marking.collision',
  BW010: 'lease.lost',
  BW011: 'cursor.goes-back',
};

const BROKEN_CONSTRAINTS: Record<string, LogRefusalCode> = {
  events_stream_version: 'stream.conflict',
  events_id: 'event.duplicate-id',
  events_body_size: 'event.too-large',
};

/** What people are told; the database's own words may quote a row, so they stay in `cause`. */
const WORDS: Partial<Record<LogRefusalCode, string>> = {
  'stream.conflict': 'another writer was first on this stream: read it again and decide anew',
  'event.duplicate-id': 'an event with this id is in the log already',
  'event.too-large': 'an event is larger than Kafka takes',
  'append.not-first': 'the transaction wrote or locked something before it appended: append must be its first write',
  'marking.collision':
    'two different markings have one audience; the second is refused, because rights are kept by audience',
  'lease.lost': 'another process has taken the lease',
  'cursor.goes-back': 'a cursor of the log would go back',
};

/**
 * Connection gone, server stopping or full, or the server ended a statement that took too long: waiting can help. So it can
 * where the server is not ready for it yet (55000, such as a standby that is being promoted) or does not let us in just now
 * (28000, such as while its rules of access are being replaced).
 */
function isOutage(error: { code?: unknown; message?: unknown }): boolean {
  const code = typeof error.code === 'string' ? error.code : '';
  return (
    /^(08|53|57|58|25P0[34]|55P03|55000|28000)/.test(code) ||
    /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH)/.test(code) ||
    /connection|timeout exceeded when trying to connect/i.test(code === '' ? String(error.message) : '')
  );
}

/**
 * The refusal that an error of the database stands for, or the error itself where it stands for none: then it is a defect,
 * and its own words are worth more than ours.
 */
export function refusalOf(error: unknown): unknown {
  if (error instanceof LogRefusal || typeof error !== 'object' || error === null) return error;
  const { code, constraint } = error as { code?: string; constraint?: string };
  // Two writers of several streams that met crosswise: the one that the server chose may simply try again.
  const deadlock: LogRefusalCode | undefined = code === '40P01' || code === '40001' ? 'stream.conflict' : undefined;
  const known = RAISED[code ?? ''] ?? BROKEN_CONSTRAINTS[constraint ?? ''] ?? deadlock;
  if (known !== undefined) return new LogRefusal(known, WORDS[known] ?? known, { cause: error });
  if (isOutage(error)) return new LogRefusal('log.unavailable', 'the log does not answer', { cause: error });
  return error;
}
