import { FEED, recordAct, type Viewer } from '#access';
import type { EventLog, LogWrites } from '#event-log';
import { Problem, newId } from '#runtime';
import type { Subscriber } from '../deliveries/asked.js';
import type { Endpoints } from './endpoints.js';
import { testMessage } from './messages.js';
import { answerOf, isTaken } from './next-step.js';
import type { Send } from './sending.js';

/** What an endpoint made of a test message. */
export interface Tested {
  /** Whether it took it (2xx). */
  taken: boolean;
  /** Status that it answered, or why there was none. */
  answer: string;
  tookMs: number;
}

const REPLAY = `
  UPDATE feed_webhooks SET replay_next = $2::bigint, replay_to = $3::bigint
  WHERE subscriber = $1 AND $3::bigint <= sent RETURNING subscriber`;
const WEBHOOK = `
  SELECT w.sent FROM feed_webhooks w JOIN feed_subscribers f USING (subscriber) JOIN subscriptions s USING (subscription)
  WHERE w.subscriber = $1 AND s.channel ->> 'kind' = 'webhook' AND s.state <> 'ended'`;

/** From one test message to the next: each is a request to somebody's server. */
const TEST_REST_SECONDS = 5;

/** What a subscriber may have done with its own endpoint beside changing the subscription. */
export class WebhookActs {
  private readonly never = new AbortController().signal;

  constructor(
    private readonly log: EventLog,
    private readonly endpoints: Endpoints,
    private readonly send: Send,
  ) {}

  /**
   * Has a range sent again, with the ids that its deliveries have, before anything new; another range takes the place of one that is
   * still under way.
   * @throws {@link Problem} `webhook.none`, `webhook.replay-range`
   */
  async replay(subscriber: Subscriber, viewer: Viewer, from: number, to: number): Promise<void> {
    await this.endpoints.enrol();
    const sent = await this.sentOf(subscriber);
    if (from > to || to > sent)
      throw new Problem(
        'RuleRefused',
        'webhook.replay-range',
        `Name a range of what has been sent: from at most to, and to at most ${sent}.`,
      );
    await this.log.transact(() =>
      Promise.resolve({
        append: 'nothing',
        afterwards: async (write: LogWrites) => {
          await write.query(REPLAY, [subscriber.subscriber, from, to]);
          await recordAct(write, {
            act: 'alteration',
            viewer,
            purpose: FEED,
            ids: [subscriber.subscription],
            reason: 'feed.webhook-replay',
          });
        },
      }),
    );
  }

  /**
   * Sends a message that says nothing, now, also while the endpoint is paused; it changes nothing of what is sent otherwise.
   * @throws {@link Problem} `webhook.none`, `webhook.test-too-soon`
   */
  async test(subscriber: Subscriber, viewer: Viewer): Promise<Tested> {
    await this.endpoints.enrol();
    await this.sentOf(subscriber);
    const { subscription } = subscriber;
    const endpoint = await this.endpoints.takeForTest(subscription, TEST_REST_SECONDS);
    if (endpoint === undefined)
      throw new Problem(
        'RateLimited',
        'webhook.test-too-soon',
        'A message is under way to the endpoint, or was a moment ago. Try again in a few seconds.',
        { headers: { 'retry-after': String(TEST_REST_SECONDS) } },
      );
    try {
      const ids = [subscription];
      await recordAct(this.log, { act: 'consultation', viewer, purpose: FEED, ids, reason: 'feed.webhook-test' });
      const begun = performance.now();
      const message = testMessage(subscription, `test_${newId()}`, new Date());
      const outcome = await this.send(endpoint, message, this.never);
      return { taken: isTaken(outcome), answer: answerOf(outcome), tookMs: Math.round(performance.now() - begun) };
    } finally {
      await this.endpoints.release(endpoint, 0);
    }
  }

  private async sentOf({ subscriber }: Subscriber): Promise<number> {
    const [row] = await this.log.query<{ sent: number }>(WEBHOOK, [subscriber]);
    if (row === undefined)
      throw new Problem('RuleRefused', 'webhook.none', 'This subscription is not delivered to a webhook.');
    return row.sent;
  }
}
