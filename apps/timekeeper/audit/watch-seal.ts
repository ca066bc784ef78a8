import { oldestUnsealedSeconds } from '#access';
import { Gauge, type Registry } from 'prom-client';
import type { Duty, DutyParts } from '../duty.js';

const WATCH_EVERY_MS = 1_000;
/** A transaction open for so long keeps every later act out of the chain; the servers end silent ones after 30 s. */
const HELD_BACK_SECONDS = 5;

/** Shows how late the chain is, and raises an alarm when something keeps entries out of it. */
export function watchSeal({ log, alarm }: Pick<DutyParts, 'log' | 'alarm'>, registry: Registry): Duty {
  const oldest = new Gauge({
    name: 'audit_oldest_unsealed_seconds',
    help: 'Age of the oldest audit entry that has no place in the chain yet',
    registers: [registry],
  });
  return {
    name: 'audit-watch',
    everyMs: WATCH_EVERY_MS,
    run: async () => {
      const seconds = await oldestUnsealedSeconds(log);
      oldest.set(seconds);
      if (seconds > HELD_BACK_SECONDS)
        alarm(
          'audit-held-back',
          { seconds },
          'entries of the audit wait for their place: a transaction is open for long',
        );
    },
  };
}
