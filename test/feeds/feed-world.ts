/** Plays a history of feeds on a real log, with fan-out killed where the history says, and tells the model the same. */
import type { BreakwaterEvent } from '#events';
import type { Lease } from '#event-log';
import { FAN_OUT_LEASE, FanOut } from '../../apps/partner-feeds/fan-out/fan-out.js';
import { greenOf, type Said } from '../support/feed-events.js';
import { FeedStand } from '../support/feed-stand.js';
import type { TestLog } from '../support/test-log.js';
import type { LocalIssuer } from '../../infra/local/issuer/index.js';
import type { Trouble } from './channels/reader.js';
import type { Act } from './feed-acts.js';
import { FeedAuthor } from './feed-author.js';
import { FeedsModel, type ModelFeed } from './feeds-model.js';
import { breakingOff, type Break } from '../support/breaking-off.js';
import type { ModelEvent } from './model-policy.js';
import { ReadTables } from './read-tables.js';
import { Subscribers } from './subscribers.js';

const MINUTE_MS = 60_000;
/** In the future, so that the log's own clock never comes after it. */
const BEGINNING = Date.parse('2040-01-01T00:00:00Z');

export class FeedWorld {
  readonly model = new FeedsModel();
  private readonly own = { kills: 0, slots: 0, notices: 0, overtaken: 0 };
  private readonly faults: string[] = [];
  private readonly pending: (Said & { id: string })[] = [];
  private readonly author: FeedAuthor;

  private constructor(
    private readonly stand: FeedStand<TestLog>,
    private readonly tables: ReadTables,
    private readonly subscribers: Subscribers,
  ) {
    this.author = new FeedAuthor((said) => this.say(said), this.model.feeds, BEGINNING);
  }

  static async open(name: string, issuer: LocalIssuer): Promise<FeedWorld> {
    const stand = await FeedStand.empty(name);
    const tables = new ReadTables(stand.store.owner, issuer.issuer);
    const world = new FeedWorld(stand, tables, await Subscribers.open(stand, issuer));
    await world.author.begin();
    return world;
  }

  async close(): Promise<void> {
    await this.subscribers.close();
    await this.stand.close();
  }

  get counts() {
    return { ...this.own, ...this.subscribers.counts };
  }

  /** Returns what is otherwise than the model says; at the end everybody takes what is left. */
  async play(history: readonly Act[]): Promise<string[]> {
    for (const act of history) {
      await this.act(act);
      if (act.type === 'run') this.faults.push(...(await this.differences()));
      if (this.faults.length > 0) return this.faults.slice(0, 3);
    }
    await this.run([], 1_000);
    for (const feed of this.model.feeds) await this.take(feed, { limit: 50 });
    return [...this.faults, ...(await this.differences())].slice(0, 3);
  }

  private async act(act: Act): Promise<void> {
    if (act.type === 'deliver') return this.deliver(act);
    if (act.type === 'run') return this.run(act.kills, act.atMost);
    if (act.type !== 'pass') return this.author.act(act);
    await this.sequence();
    this.author.now += act.minutes * MINUTE_MS;
  }

  /** What stands otherwise in the database than in the model. */
  async differences(): Promise<string[]> {
    const found: string[] = [];
    for (const { subscription, slots } of this.model.feeds) {
      const stored = await this.stand.slots(subscription);
      for (let place = 0; place < Math.max(stored.length, slots.length); place += 1) {
        const [is, should] = [JSON.stringify(stored[place]), JSON.stringify(slots[place])];
        if (is !== should) found.push(`${this.nameOf(subscription)} at ${place + 1}: ${is} and not ${should}`);
      }
    }
    return found.slice(0, 3);
  }

  /** Whose feed it is, and the log that led there, for whoever looks into a difference. */
  private nameOf(subscription: string): string {
    const feed = this.model.feeds.find((each) => each.subscription === subscription);
    return `feed of ${this.author.speakers.indexOf(feed?.organisation ?? '')} ${JSON.stringify(feed?.filter)} in ${this.model.story()}`;
  }

  private async say(said: Said): Promise<string> {
    const [id = ''] = await this.stand.say(said);
    this.pending.push({ ...said, id });
    await this.tables.take(said, this.author.now);
    return id;
  }

  private async deliver({ of, behind, limit, trouble }: Extract<Act, { type: 'deliver' }>): Promise<void> {
    if (!behind) await this.run([], 1_000);
    const feed = this.model.feeds[of % Math.max(1, this.model.feeds.length)];
    if (feed !== undefined) await this.take(feed, { limit, trouble });
  }

  private async take(feed: ModelFeed, how: { limit: number; trouble?: Trouble | undefined }): Promise<void> {
    const { now } = this.author;
    await this.tables.at(now);
    const head = this.model.log.at(-1)?.position ?? 0;
    const waiting = this.pending.map((said, i) => asModelled(said, { position: head + 1 + i, givenAt: now * 1_000 }));
    const found = await this.subscribers.take(feed, { said: [...this.model.log, ...waiting], now }, how);
    this.faults.push(...found.map((each) => `${each} in ${this.model.story()}`));
  }

  private async sequence(): Promise<void> {
    const at = new Date(this.author.now).toISOString();
    await this.stand.store.owner.query('UPDATE log_sequenced SET given_at = greatest(given_at, $1)', [at]);
    await this.stand.sequence();
  }

  /** Fans out to the head; after each kill another process goes on, and what the old one still tries must change nothing. */
  private async run(kills: readonly (Break | undefined)[], atMost: number): Promise<void> {
    await this.sequence();
    const left = [...kills];
    const log = breakingOff(this.stand.log, () => left.shift());
    let { fanOut } = this.opened(log, atMost);
    for (;;) {
      try {
        await fanOut.toHead();
        break;
      } catch (error) {
        if ((error as { code?: string }).code !== 'log.unavailable') throw error;
        this.own.kills += 1;
        const next = this.opened(log, atMost);
        await next.lease.take();
        await this.refuse(fanOut);
        fanOut = next.fanOut;
      }
    }
    await this.tellModel();
  }

  private opened(log: FeedStand<TestLog>['log'], atMost: number): { fanOut: FanOut; lease: Lease } {
    const lease = log.lease(FAN_OUT_LEASE, { holder: 'world', seconds: 60 });
    return { fanOut: new FanOut({ log, lease, recallHours: 72, atMost }), lease };
  }

  /** A process that was overtaken finds nothing to do, or that it may not do it; or is killed once more. */
  private async refuse(overtaken: FanOut): Promise<void> {
    const outcome = await overtaken.step().then(
      ({ idle }) => (idle ? 'idle' : 'went on'),
      (error: unknown) => String((error as { code?: string }).code),
    );
    if (!['idle', 'lease.lost', 'log.unavailable'].includes(outcome))
      throw new Error(`a process that was overtaken: ${outcome}`);
    if (outcome === 'lease.lost') this.own.overtaken += 1;
  }

  private async tellModel(): Promise<void> {
    const places = await this.stand.log.query<{ id: string; position: number; givenAt: number }>(
      `SELECT e.id, p.position, (extract(epoch FROM p.given_at) * 1000000)::bigint AS "givenAt"
       FROM events e JOIN log_positions p USING (seq) WHERE e.id = ANY ($1::uuid[]) ORDER BY p.position`,
      [this.pending.map(({ id }) => id)],
    );
    for (const place of places) {
      const said = this.pending.find(({ id }) => id === place.id);
      if (said === undefined) continue;
      this.model.take(asModelled(said, place));
    }
    for (const feed of this.model.feeds)
      await this.subscribers.join(feed, this.author.channels.get(feed.subscription) ?? 'pull');
    this.pending.length = 0;
    const slots = this.model.feeds.flatMap((feed) => feed.slots);
    this.own.slots = slots.length;
    this.own.notices = slots.filter(({ notice }) => notice !== null).length;
  }
}

function asModelled(
  { id, stream, source, type, data, marking }: Said & { id: string },
  place: { position: number; givenAt: number },
): ModelEvent {
  const body = { type, version: 1, data } as BreakwaterEvent;
  return { ...place, id, stream, source, body, marking: marking ?? greenOf(source) };
}
