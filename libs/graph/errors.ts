/** Faults of the graph store, with the one difference that matters to a caller: wait for the store, or look at what was sent. */

/** The store does not answer, or cannot now: an outage. Waiting helps; nothing is wrong with what was asked. */
export class GraphUnavailable extends Error {
  readonly code = 'graph.unavailable';
  readonly kind = 'Unavailable';
  readonly retriable = true;
}

/** The store answered and refused. Asking the same again gives the same. */
export class GraphRefusal extends Error {
  readonly kind = 'GraphRefusal';
  readonly retriable = false;
  constructor(
    readonly code: 'graph.refused' | 'graph.timeout' | 'graph.schema',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Codes of Bolt and the driver that say the store could not be reached or is not ready; all others are its answer. */
const OUTAGE =
  /^(ServiceUnavailable|SessionExpired|Neo\.TransientError\.|Neo\.ClientError\.Cluster\.|Neo\.ClientError\.Security\.(AuthorizationExpired|TokenExpired)|Neo\.DatabaseError\.(General\.UnknownError|Database\.|Transaction\.TransactionStartFailed)|Neo\.ClientError\.General\.(ForbiddenOnReadOnlyDatabase|WriteOnReadOnlyAccessDatabase|TransactionOutOfMemory))/;
const TIMEOUT =
  /^Neo\.ClientError\.Transaction\.(TransactionTimedOut|TransactionTimedOutClientConfiguration|Terminated)/;

function boltCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** A moment's conflict between transactions: the same transaction, sent again at once, succeeds. */
export function isConflict(error: unknown): boolean {
  return /^Neo\.TransientError\.(Transaction\.(DeadlockDetected|LockClientStopped|LockAcquisitionTimeout|Outdated|Interrupted))/.test(
    boltCode(error),
  );
}

/** The fault in our own words; one that is already ours, or that the driver does not know, stays as it is. */
export function graphError(error: unknown): unknown {
  const code = boltCode(error);
  if (error instanceof GraphUnavailable || error instanceof GraphRefusal || code === '') return error;
  if (OUTAGE.test(code)) return new GraphUnavailable(`the graph store does not serve (${code})`, { cause: error });
  if (TIMEOUT.test(code))
    return new GraphRefusal('graph.timeout', `the graph store took too long and was stopped (${code})`, {
      cause: error,
    });
  return new GraphRefusal('graph.refused', `the graph store refused (${code})`, { cause: error });
}
