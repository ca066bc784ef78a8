/**
 * Kafka did not do what it was asked. The client's own errors say `retriable: false` also when it merely gave up after a few
 * attempts; for us every one of them is an outage to be waited out, and never a reason to end or to park.
 */
export class KafkaUnavailable extends Error {
  readonly code = 'kafka.unavailable';
  readonly kind = 'Unavailable';
  readonly retriable = true;

  constructor(cause: unknown) {
    const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(`Kafka did not answer as asked (${said})`, { cause });
    this.name = 'KafkaUnavailable';
  }
}

/** Work with Kafka, its failures in our words; failures that already are in our words pass. */
export async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, retriable } = error as { code?: unknown; retriable?: unknown };
    const isOurs = typeof code === 'string' && /^(topic|kafka)\./.test(code) && typeof retriable === 'boolean';
    throw isOurs ? error : new KafkaUnavailable(error);
  }
}
