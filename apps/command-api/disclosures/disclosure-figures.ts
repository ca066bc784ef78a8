import { Counter } from 'prom-client';
import { metrics } from '#runtime';

/** An alarm belongs on it: each one is an emergency, and each one is looked at. */
export const emergencies = new Counter({
  name: 'emergency_disclosures_total',
  help: 'Copies handed over at once because of a threat to life, past consents and approvals',
  registers: [metrics],
});
