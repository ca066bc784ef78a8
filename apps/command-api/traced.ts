import type { StreamWrite } from '#event-log';
import { currentTrace } from '#runtime';

/** Writes whose events carry the trace of the request, so that a line in a log, an event and a Kafka record can be brought together. */
export function traced(writes: readonly StreamWrite[]): StreamWrite[] {
  const trace = currentTrace();
  if (trace === undefined) return [...writes];
  const { correlationId, traceparent } = trace;
  return writes.map((write) => ({
    ...write,
    events: write.events.map((event) => ({ correlationId, traceparent, ...event })),
  }));
}
