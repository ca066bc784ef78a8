import type { EventLog } from '#event-log';
import type { FanOutState } from './state.js';
import type { Turn } from './turn.js';

/** What a transaction of fan-out works with. */
export interface Desk {
  log: Pick<EventLog, 'decode'>;
  turn: Turn;
  state: FanOutState;
  /** Positions that one transaction goes through, at most. */
  atMost: number;
}
