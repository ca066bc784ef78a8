/** How to reach Kafka. */
export interface KafkaSettings {
  brokers: string[];
  /** Shown in the broker's logs and quotas. */
  clientId: string;
  ssl?: boolean | { ca?: string; cert?: string; key?: string };
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string };
  /** Where the client's own messages go; without it they are dropped. */
  log?: KafkaLog;
}

/** The part of a pino logger that is needed here. */
export interface KafkaLog {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
