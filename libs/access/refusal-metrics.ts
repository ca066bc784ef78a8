import { Counter } from 'prom-client';
import { metrics } from '#runtime';

/** Refused callers by reason code. Never by caller: who is refused stands in the audit. */
export const refusals = new Counter({
  name: 'access_refusals_total',
  help: 'Requests refused before they reached their route, by reason',
  labelNames: ['code'],
  registers: [metrics],
});
