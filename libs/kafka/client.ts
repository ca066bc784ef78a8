import { Kafka, logLevel, type KafkaConfig, type LogEntry, type SASLOptions } from 'kafkajs';
import type { KafkaAddress, KafkaLog } from './settings.js';

const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** Outages are waited out by those who know what they wait for; the client's own pauses stay short. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 };

/** A kafkajs client. This lib is the only one that knows kafkajs, so that it can be replaced. */
export function kafkaClient(address: KafkaAddress): Kafka {
  const config: KafkaConfig = {
    brokers: address.brokers,
    clientId: address.clientId,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: address.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: address.log === undefined ? logLevel.NOTHING : logLevel.INFO,
    logCreator: () => (entry) => tell(address.log, entry),
    ...(address.ssl === undefined || address.ssl === false ? {} : { ssl: address.ssl }),
    ...(address.sasl === undefined ? {} : { sasl: address.sasl as SASLOptions }),
  };
  return new Kafka(config);
}

/** Fields that help an operator; the others hold stacks and payloads. */
const TOLD = ['broker', 'error', 'groupId', 'memberId', 'topic', 'partition', 'retryCount', 'retryTime'] as const;

/** What the client calls an error is an attempt that failed: whoever gives up tells that as an error, so here it is a warning. */
function tell(log: KafkaLog | undefined, { namespace, level, log: said }: LogEntry): void {
  const fields = Object.fromEntries(TOLD.filter((name) => said[name] !== undefined).map((name) => [name, said[name]]));
  const text = `kafka client${namespace === '' ? '' : ` (${namespace})`}: ${said.message}`;
  if (level <= logLevel.WARN) log?.warn(fields, text);
  else log?.debug(fields, text);
}
