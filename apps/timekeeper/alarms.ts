import { Counter, type Registry } from 'prom-client';
import type { Logger } from '#runtime';

/** What somebody has to look at: one log line that says what and where, and a counter to be alerted by. */
export class Alarms {
  private readonly counter: Counter<'alarm'>;

  constructor(
    private readonly log: Logger,
    registry: Registry,
  ) {
    this.counter = new Counter({
      name: 'timekeeper_alarms_total',
      help: 'Things that somebody has to look at, by kind',
      labelNames: ['alarm'],
      registers: [registry],
    });
  }

  raise(alarm: string, fields: object, text: string): void {
    this.counter.inc({ alarm });
    this.log.error({ alarm, ...fields }, text);
  }
}
