/** How to reach Kafka. */
export interface KafkaAddress {
  brokers: string[];
  /** Shown in the broker's logs and quotas. */
  clientId: string;
  ssl?: boolean | { ca?: string; cert?: string; key?: string };
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string };
  /** Milliseconds until a request without an answer counts as failed; default 10,000. */
  requestTimeoutMs?: number;
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

/** What each app reads from its environment (KafkaSettings of #runtime), in the form that is needed here. */
export interface KafkaEnvironment {
  readonly brokers: readonly string[];
  readonly ssl: boolean;
  readonly saslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly saslUsername?: string;
  readonly saslPassword?: string;
}

/** The address of Kafka as an app's settings give it. */
export function kafkaAddress(environment: KafkaEnvironment, clientId: string, log?: KafkaLog): KafkaAddress {
  const { brokers, ssl, saslMechanism, saslUsername, saslPassword } = environment;
  const sasl =
    saslMechanism === undefined || saslUsername === undefined || saslPassword === undefined
      ? {}
      : { sasl: { mechanism: saslMechanism, username: saslUsername, password: saslPassword } };
  return { brokers: [...brokers], clientId, ssl, ...sasl, ...(log === undefined ? {} : { log }) };
}
