import type { Alarms } from '#runtime';

/** What the relay calls somebody for. */
type Alarm =
  | 'other-history'
  | 'foreign-record'
  | 'topic-missing'
  | 'stream-goes-back'
  | 'log-held-back'
  | 'kafka-unreachable'
  | 'log-unreachable'
  | 'lease-lost'
  | 'session-failed';

export type RelayAlarms = Alarms<Alarm>;
