import { AsyncLocalStorage } from 'node:async_hooks';
import { newId, randomHex } from './ids.js';

/**
 * One trace from the request through log line, event and Kafka header: the outbox between PostgreSQL and Kafka cuts every
 * automatic context, so the trace is carried by hand (W3C Trace Context).
 */
export interface Trace {
  /** Given by this server to this request; named in every problem document. */
  requestId: string;
  /** The trace id, which the caller may have begun: ties requests, events and log lines. */
  correlationId: string;
  /** To send on and to write into events: this trace, with this process's span. */
  traceparent: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:$|-)/;
const current = new AsyncLocalStorage<Trace>();

/** The trace of the work that is going on, or undefined outside of any request. */
export function currentTrace(): Trace | undefined {
  return current.getStore();
}

/** Continues the caller's trace, or begins one where the header is absent or malformed. */
export function continueTrace(traceparent: string | undefined, requestId: string = newId()): Trace {
  const [, traceId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const correlationId = traceId ?? randomHex(16);
  return {
    requestId,
    correlationId,
    traceparent: `00-${correlationId}-${randomHex(8)}-${flags ?? '00'}`,
  };
}

/** Runs work, and all that it awaits, inside a trace. */
export function inTrace<T>(trace: Trace, work: () => T): T {
  return current.run(trace, work);
}
