import { Histogram, type Registry } from 'prom-client';
import type { NextStep } from './next-step.js';

/** Figures of webhooks, by what followed; never by endpoint, of which there are many and whose names are somebody's. */
export class WebhookMetrics {
  private readonly seconds: Histogram<'then'>;

  constructor(registry: Registry) {
    this.seconds = new Histogram({
      name: 'feeds_webhook_attempt_seconds',
      help: 'Time of one attempt to send to a webhook, by what followed: go-on, repeat or pause',
      labelNames: ['then'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15],
      registers: [registry],
    });
  }

  attempted(then: NextStep['do'], ms: number): void {
    this.seconds.observe({ then }, ms / 1000);
  }
}
