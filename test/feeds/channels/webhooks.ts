/** Webhooks that are sent when a history says, and not when a clock does. */
import type pg from 'pg';
import { Receiver, type Got } from '../../support/webhook-receiver.js';

/** Where an endpoint stands while nothing is on its way to it. */
export interface Standing {
  sent: number;
  /** At the next delivery, that failed. */
  attempts: number;
}

export class Webhooks {
  /** What is answered, by subscription: a status, or undefined where the connection is cut. */
  readonly endpoints = new Map<string, (got: Got) => number | undefined>();
  /** The dispatcher looks at once. */
  ring: () => void = () => undefined;

  private constructor(
    private readonly owner: pg.Client,
    private readonly receiver: Receiver,
  ) {}

  static async open(owner: pg.Client): Promise<Webhooks> {
    const webhooks = new Webhooks(owner, await new Receiver().open());
    webhooks.receiver.answer = (response, _nth, got) => {
      const status = webhooks.endpoints.get(String(got.body.data['subscription']))?.(got);
      if (status === undefined) response.destroy();
      else response.writeHead(status).end();
    };
    return webhooks;
  }

  get url(): string {
    return this.receiver.url;
  }

  close(): void {
    this.receiver.close();
  }

  /** A subscription becomes a webhook to which nothing is sent yet. */
  async enrol(subscription: string, payload: 'full' | 'thin'): Promise<void> {
    const channel = { kind: 'webhook', url: this.url, payload };
    await this.owner.query(
      `WITH s AS (UPDATE subscriptions SET channel = $2, version = version + 1 WHERE subscription = $1)
       INSERT INTO feed_webhooks (subscriber, sent, due_at)
       SELECT subscriber, 0, 'infinity' FROM feed_subscribers WHERE subscription = $1`,
      [subscription, JSON.stringify(channel)],
    );
  }

  /** Where it stands; undefined while something is on its way. */
  async standing(subscription: string): Promise<Standing | undefined> {
    return this.change(subscription, 'due_at = due_at');
  }

  /** What is due is due now. */
  async open(subscription: string): Promise<void> {
    await this.change(subscription, 'due_at = clock_timestamp()');
    this.ring();
  }

  /** Nothing is sent any more. False while something is on its way. */
  async shut(subscription: string): Promise<boolean> {
    return (await this.change(subscription, `due_at = 'infinity'`)) !== undefined;
  }

  private async change(subscription: string, what: string): Promise<Standing | undefined> {
    const { rows } = await this.owner.query<{ sent: string; attempts: number }>(
      `UPDATE feed_webhooks SET ${what} FROM feed_subscribers f
       WHERE f.subscription = $1 AND feed_webhooks.subscriber = f.subscriber AND lease IS NULL RETURNING sent, attempts`,
      [subscription],
    );
    const [row] = rows;
    return row && { sent: Number(row.sent), attempts: row.attempts };
  }
}
