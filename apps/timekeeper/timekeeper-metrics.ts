import { Counter, Gauge, type Registry } from 'prom-client';

/** The timekeeper's figures, by duty. */
export class TimekeeperMetrics {
  private readonly active: Gauge;
  private readonly runs: Counter<'duty' | 'outcome'>;
  private readonly lastDone: Gauge<'duty'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.active = new Gauge({ name: 'timekeeper_active', help: '1 while this process holds the lease', registers });
    this.runs = new Counter({
      name: 'timekeeper_duty_runs_total',
      help: 'Runs of a duty, by outcome',
      labelNames: ['duty', 'outcome'],
      registers,
    });
    this.lastDone = new Gauge({
      name: 'timekeeper_duty_last_done_seconds',
      help: 'When a duty last ended well, in seconds since 1970',
      labelNames: ['duty'],
      registers,
    });
  }

  isActive(active: boolean): void {
    this.active.set(active ? 1 : 0);
  }

  ran(duty: string, outcome: 'done' | 'failed'): void {
    this.runs.inc({ duty, outcome });
    if (outcome === 'done') this.lastDone.set({ duty }, Date.now() / 1000);
  }
}
