import { Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The figures of this process. An app registers its own with `registers: [metrics]`. */
export const metrics = new Registry();

/** Requests by route pattern, never by address: an address may hold what somebody looked for. */
export const requestSeconds = new Histogram({
  name: 'http_request_seconds',
  help: 'Time from the first byte of a request to the last byte of its answer',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  registers: [metrics],
});

let collecting = false;

/** Begins to measure the process itself (event loop, memory, collections), once. */
export function measureProcess(): void {
  if (collecting) return;
  collecting = true;
  collectDefaultMetrics({ register: metrics });
}
