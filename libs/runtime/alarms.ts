import { Counter, type Registry } from 'prom-client';
import type { Logger } from './logging.js';

/** What somebody has to look at: one log line that says what and where, and a counter to be alerted by. */
export class Alarms<Kind extends string = string> {
  private readonly counter: Counter<'alarm'>;

  /** @param app first word of the figure: `relay` gives `relay_alarms_total` */
  constructor(
    app: string,
    private readonly log: Logger,
    registry: Registry,
  ) {
    this.counter = new Counter({
      name: `${app}_alarms_total`,
      help: 'Things that somebody has to look at, by kind',
      labelNames: ['alarm'],
      registers: [registry],
    });
  }

  raise(alarm: Kind, fields: object, text: string): void {
    this.counter.inc({ alarm });
    this.log.error({ alarm, ...fields }, text);
  }
}
