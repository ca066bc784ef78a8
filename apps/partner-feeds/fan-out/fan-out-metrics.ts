import { Counter, Gauge, type Registry } from 'prom-client';
import type { Step } from './fan-out.js';

/** Figures of fan-out. They count what nobody but operators may count. */
export class FanOutMetrics {
  private readonly active: Gauge;
  private readonly position: Gauge;
  private readonly behind: Gauge;
  private readonly parkedStreams: Gauge;
  private readonly decided: Counter;
  private readonly slots: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.active = new Gauge({ name: 'fan_out_active', help: '1 while this process holds the lease', registers });
    this.position = new Gauge({ name: 'fan_out_position', help: 'Last position decided', registers });
    this.behind = new Gauge({ name: 'fan_out_undecided_events', help: 'Positions given and not decided', registers });
    this.parkedStreams = new Gauge({
      name: 'fan_out_parked_streams',
      help: 'Streams of which an event could not be decided',
      registers,
    });
    this.decided = new Counter({ name: 'fan_out_decided_events_total', help: 'Positions decided', registers });
    this.slots = new Counter({
      name: 'fan_out_slots_total',
      help: 'Places given in sequences of subscribers',
      registers,
    });
  }

  isActive(active: boolean): void {
    this.active.set(active ? 1 : 0);
  }

  stepped({ positions, slots }: Step, position: number): void {
    this.decided.inc(positions);
    this.slots.inc(slots);
    this.position.set(position);
  }

  stands({ head, position, parkedStreams }: { head: number; position: number; parkedStreams: number }): void {
    this.position.set(position);
    this.behind.set(Math.max(0, head - position));
    this.parkedStreams.set(parkedStreams);
  }
}
