import { Neo4jError } from 'neo4j-driver';

/** Faults of the graph store, with the one difference that matters to a caller: wait for the store, or look at what was sent. */

/** The store does not answer, or cannot now: an outage. Waiting helps; nothing is wrong with what was asked. */
export class GraphUnavailable extends Error {
  readonly code = 'graph.unavailable';
  readonly kind = 'Unavailable';
  readonly retriable = true;
  constructor(
    message: string,
    /** It had no room for what was sent: a smaller portion may pass. */
    readonly tooMuch = false,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * The store answered and refused. Asking the same again gives the same. Of what the store said only the code is kept: its
 * words repeat the values that it refuses, and those are personal data.
 */
export class GraphRefusal extends Error {
  readonly kind = 'GraphRefusal';
  readonly retriable = false;
  constructor(
    readonly code: 'graph.refused' | 'graph.timeout' | 'graph.schema',
    message: string,
  ) {
    super(message);
  }
}

/** Codes of Bolt and the driver that say the store could not be reached or is not ready; all others are its answer. */
const OUTAGE = [
  'ServiceUnavailable',
  'SessionExpired',
  'Neo.TransientError.',
  'Neo.ClientError.Cluster.',
  'Neo.ClientError.Security.AuthorizationExpired',
  'Neo.ClientError.Security.TokenExpired',
  'Neo.ClientError.Security.Unauthorized',
  'Neo.ClientError.Security.AuthenticationRateLimit',
  'Neo.ClientError.General.ForbiddenOnReadOnlyDatabase',
  'Neo.ClientError.Database.',
  'Neo.DatabaseError.Database.',
  'Neo.DatabaseError.Transaction.TransactionStartFailed',
];
const TOO_MUCH =
  /^Neo\.(TransientError|ClientError|DatabaseError)\.General\.(MemoryPoolOutOfMemoryError|TransactionMemoryLimit|TransactionOutOfMemoryError|OutOfMemoryError|StackOverFlowError)$/;
const TIMEOUT =
  /^Neo\.ClientError\.Transaction\.(TransactionTimedOut|TransactionTimedOutClientConfiguration|Terminated)/;

const CONFLICT =
  /^Neo\.TransientError\.Transaction\.(DeadlockDetected|LockClientStopped|LockAcquisitionTimeout|Outdated|Interrupted)$/;

/** A moment's conflict between transactions: the same transaction, sent again at once, succeeds. */
export function isConflict(error: unknown): boolean {
  return error instanceof Neo4jError && CONFLICT.test(error.code);
}

/** A fault of the store in our own words; anything else stays as it is. */
export function graphError(error: unknown): unknown {
  if (!(error instanceof Neo4jError)) return error;
  const { code } = error;
  // The driver's own word for a store that takes connections and answers none.
  if (error.message.includes('acquisition timed out'))
    return new GraphUnavailable('the graph store gave no connection in time', false, { cause: error });
  if (TOO_MUCH.test(code)) return new GraphUnavailable(`the graph store had no room for it (${code})`, true);
  if (OUTAGE.some((outage) => code.startsWith(outage)))
    return new GraphUnavailable(`the graph store does not serve (${code})`, false, { cause: error });
  if (TIMEOUT.test(code))
    return new GraphRefusal('graph.timeout', `the graph store stopped what took too long (${code})`);
  return new GraphRefusal('graph.refused', `the graph store refused (${code})`);
}
