import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { bulkhead } from 'cockatiel';
import { Wake, pause, type Logger } from '#runtime';
import type { Subscriber } from '../deliveries/asked.js';
import type { Deliveries } from '../deliveries/deliveries.js';
import { LEASE_SECONDS, type Endpoint, type Endpoints } from './endpoints.js';
import { fullMessage, thinMessage, type Message } from './messages.js';
import { answerOf, nextStep } from './next-step.js';
import type { Send } from './sending.js';
import type { WebhookMetrics } from './webhook-metrics.js';

export interface DispatcherParts {
  endpoints: Endpoints;
  deliveries: Pick<Deliveries, 'nameOf' | 'read'>;
  send: Send;
  /** Address at which partners reach this app; empty gives paths. */
  base: string;
  /** Requests under way at most. */
  places: number;
  metrics: WebhookMetrics;
  log: Logger;
}

/** Whoever does not ring in this process is heard so soon. */
const LOOK_EVERY_MS = 1_000;
/** What grows and ends together is looked at together. */
const GATHER_MS = 5;
const AGAIN_MS = 1_000;
/** Rest of an endpoint for which there was nothing to send although something was due, or for which it could not be read. */
const REST_SECONDS = 2;
/** Deliveries that are read at once; requests to endpoints are not counted. */
const READING_AT_ONCE = 3;
/** What took so long to read is not sent any more: the lease may be somebody else's soon. */
const STALE_MS = (LEASE_SECONDS * 1_000) / 2;

/**
 * Pushes deliveries to the endpoints of subscriptions. Each endpoint gets them in order, one request at a time, and the next one when
 * it has taken the last; endpoints know nothing of each other. Who is slow or fails shares half of the places with its like, so
 * that there is always room for the rest. Several processes may do this at once.
 */
export class Dispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly grown = new Wake();
  private readonly stop = new AbortController();
  private readonly underWay = { swift: new Set<Promise<void>>(), slow: new Set<Promise<void>>() };
  private going: Promise<void> = Promise.resolve();
  /** Callers of this process read from the same few connections. */
  private readonly reading = bulkhead(READING_AT_ONCE, Infinity);

  constructor(private readonly parts: DispatcherParts) {}

  /** Feeds have grown. */
  ring(): void {
    this.grown.ring();
  }

  onApplicationBootstrap(): void {
    this.going = this.run(this.stop.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort(new Error('the dispatcher ends'));
    await this.going;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { endpoints, log } = this.parts;
    let enrolled = -Infinity;
    while (!signal.aborted) {
      try {
        if (performance.now() - enrolled >= LOOK_EVERY_MS) {
          await endpoints.enrol();
          enrolled = performance.now();
        }
        await this.fill(signal);
        await this.grown.sleep(LOOK_EVERY_MS, signal);
        await pause(GATHER_MS, signal);
      } catch (error) {
        log.warn({ err: error }, 'webhooks wait: the log does not answer');
        await pause(AGAIN_MS, signal);
      }
    }
    await Promise.all([...this.underWay.swift, ...this.underWay.slow]);
  }

  /** Takes what is due, as far as there is room. */
  private async fill(signal: AbortSignal): Promise<void> {
    const { places, endpoints } = this.parts;
    const { swift, slow } = this.underWay;
    const free = (): number => places - swift.size - slow.size;
    for (const lane of ['swift', 'slow'] as const) {
      const room = lane === 'slow' ? Math.min(free(), Math.floor(places / 2) - slow.size) : free();
      for (const endpoint of await endpoints.takeDue(lane, room)) this.begin(this.underWay[lane], endpoint, signal);
    }
  }

  private begin(lane: Set<Promise<void>>, endpoint: Endpoint, signal: AbortSignal): void {
    const one = this.attempt(endpoint, signal)
      .catch((error: unknown) => this.giveBack(endpoint, error))
      .finally(() => {
        lane.delete(one);
        this.grown.ring();
      });
    lane.add(one);
  }

  private async attempt(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    const { endpoints, send, metrics, log } = this.parts;
    const sequence = endpoint.replay ?? endpoint.sent + 1;
    const taken = performance.now();
    const message = await this.reading.execute(() => this.messageAt(endpoint, sequence));
    const begun = performance.now();
    if (message === undefined || begun - taken > STALE_MS) return await endpoints.release(endpoint, REST_SECONDS);
    const outcome = await send(endpoint, message, signal);
    const tookMs = Math.round(performance.now() - begun);
    const step = nextStep(endpoint.attempts, endpoint.spacingMs, outcome, Math.random());
    metrics.attempted(step.do, tookMs);
    if (step.do === 'pause')
      log.warn(
        { subscription: endpoint.subscription, reason: step.reason, answer: answerOf(outcome) },
        'a webhook is paused until its subscriber changes or resumes the subscription',
      );
    await endpoints.settle(endpoint, { sequence, outcome, tookMs, step });
  }

  /** What is sent is decided at every attempt: between two of them markings and rights may change. */
  private async messageAt(
    { subscription, organisation, subscriber, payload }: Endpoint,
    sequence: number,
  ): Promise<Message | undefined> {
    const { deliveries, base } = this.parts;
    const as: Subscriber = { subscriber, subscription, organisation, reader: `subscription-${subscription}` };
    if (payload === 'thin') {
      const place = await deliveries.nameOf(as, sequence);
      return place && thinMessage(subscription, place, base);
    }
    const only = { after: sequence - 1, upTo: sequence, limit: 1 };
    const [delivery] = await deliveries.read(as, { ...only, channel: 'webhook' });
    return delivery && fullMessage(subscription, delivery);
  }

  /** Nobody knows what the endpoint got, if anything: the same is sent again, with the same id. */
  private async giveBack(endpoint: Endpoint, error: unknown): Promise<void> {
    const { endpoints, log } = this.parts;
    const ending = this.stop.signal.aborted;
    if (!ending) log.warn({ err: error, subscription: endpoint.subscription }, 'nothing could be sent to a webhook');
    // Where this fails too, the lease runs out.
    await endpoints.release(endpoint, ending ? 0 : REST_SECONDS).catch(() => undefined);
  }
}
