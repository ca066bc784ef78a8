import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Got } from '../../support/webhook-receiver.js';
import { Inbox, type Arrival } from './inbox.js';
import { get, Refused, type Door, type Reader, type Reading, type Trouble } from './reader.js';
import type { Webhooks } from './webhooks.js';

const POLL_MS = 3;
const PATIENCE_MS = 15_000;

/** An endpoint that now and then fails, loses the connection, or takes a message and loses it then. A thin message is fetched, in order. */
export class WebhookReader implements Reader {
  readonly channels: readonly string[];
  readonly inbox = new Inbox();
  private readonly named: string[] = [];
  private posts = 0;
  private trouble: Trouble | undefined;
  private fault: Error | undefined;
  private keys: Webhook[] = [];

  constructor(
    private readonly door: Door,
    private readonly payload: 'full' | 'thin',
    private readonly webhooks: Webhooks,
  ) {
    this.channels = [payload === 'full' ? 'webhook' : 'pull'];
    webhooks.endpoints.set(door.subscription, (got) => this.answer(got));
  }

  async read({ head, trouble }: Reading): Promise<void> {
    Object.assign(this, { posts: 0, trouble });
    if (this.keys.length === 0) await this.fetchKeys();
    const { webhooks, door } = this;
    const before = await webhooks.standing(door.subscription);
    await webhooks.open(door.subscription);
    await this.patiently(async () => {
      const now = await webhooks.standing(door.subscription);
      if (now === undefined) return false;
      const hasFailed = now.attempts > 0 && (now.attempts !== before?.attempts || now.sent !== before.sent);
      if (hasFailed && trouble?.then !== 'leaves') await webhooks.open(door.subscription);
      return now.sent >= head || (hasFailed && trouble?.then === 'leaves');
    });
    await this.patiently(() => webhooks.shut(door.subscription));
    if (this.fault !== undefined) throw this.fault;
    await this.fetch();
  }

  private async patiently(check: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await check())) {
      if (this.fault !== undefined) throw this.fault;
      if (Date.now() > end) throw new Error(`the endpoint came to ${this.inbox.sequence} and no further`);
      await pause(POLL_MS);
    }
  }

  /** Status, or undefined: the connection is cut. */
  private answer(got: Got): number | undefined {
    const inTrouble = this.posts === this.trouble?.after;
    this.posts += 1;
    if (inTrouble && this.posts % 3 < 2) return this.posts % 3 === 0 ? 500 : undefined;
    try {
      this.take(got);
    } catch (error) {
      this.fault = error as Error;
    }
    return inTrouble ? undefined : 204;
  }

  private take({ id, headers, text, body }: Got): void {
    for (const key of this.keys) key.verify(text, headers);
    const {
      subscription: _,
      url,
      ...arrival
    } = body.data as unknown as Arrival & { subscription: string; url: string };
    if (id !== arrival.delivery) throw new Error(`message ${id} carries delivery ${arrival.delivery}`);
    if (this.payload === 'full') this.inbox.take(arrival as Arrival);
    else if (!this.named.includes(url)) this.named.push(url);
  }

  private async fetch(): Promise<void> {
    for (let url = this.named[this.inbox.taken.length]; url !== undefined; url = this.named[this.inbox.taken.length])
      try {
        this.inbox.take(await get<Arrival>(this.door, url.slice(url.indexOf('entries/'))));
      } catch (error) {
        // Whoever has departed fetches nothing, until they are let in again.
        if (error instanceof Refused) return;
        throw error;
      }
  }

  private async fetchKeys(): Promise<void> {
    const { keys } = await get<{ keys: { secret: string }[] }>(this.door, 'signing-keys').catch((error: unknown) => {
      if (error instanceof Refused) return { keys: [] };
      throw error;
    });
    this.keys = keys.map(({ secret }) => new Webhook(secret));
  }
}
