/** The subscribers of a history: each takes its feed by its channel from the real app, and what comes is held against the model. */
import type { HttpApp } from '#runtime';
import type { LocalIssuer } from '../../infra/local/issuer/index.js';
import { Dispatcher } from '../../apps/partner-feeds/webhooks/dispatcher.js';
import { FEED_KEY, startTestFeedsApp } from '../support/feeds-app.js';
import type { FeedStand } from '../support/feed-stand.js';
import type { TestLog } from '../support/test-log.js';
import { call } from '../support/http.js';
import { PullReader, type Page } from './channels/pull-reader.js';
import { get, type ChannelName, type Door, type Reading } from './channels/reader.js';
import { SseReader } from './channels/sse-reader.js';
import { TaxiiReader } from './channels/taxii-reader.js';
import { WebhookReader } from './channels/webhook-reader.js';
import { Webhooks } from './channels/webhooks.js';
import type { ModelFeed } from './feeds-model.js';
import { deliveriesOf, textOf, type Known, type ModelDelivery } from './model-deliveries.js';
import type { ModelEvent } from './model-policy.js';
import { objectsAmiss } from './model-objects.js';

type AnyReader = PullReader | SseReader | WebhookReader | TaxiiReader;

/** What there was to compare, and how often somebody lost the connection. */
export interface Counts {
  taken: number;
  withheld: number;
  recalled: number;
  repeats: number;
  troubles: number;
  refused: number;
  objects: number;
}

export class Subscribers {
  readonly counts: Counts = { taken: 0, withheld: 0, recalled: 0, repeats: 0, troubles: 0, refused: 0, objects: 0 };
  private readonly readers = new Map<string, { door: Door; reader: AnyReader; troubled: boolean }>();

  private constructor(
    private readonly stand: FeedStand<TestLog>,
    private readonly issuer: LocalIssuer,
    private readonly app: HttpApp,
    private readonly webhooks: Webhooks,
  ) {
    webhooks.ring = () => app.app.get(Dispatcher).ring();
  }

  static async open(stand: FeedStand<TestLog>, issuer: LocalIssuer): Promise<Subscribers> {
    const webhooks = await Webhooks.open(stand.store.owner);
    const app = await startTestFeedsApp(stand.log, {
      BREAKWATER_ENV: 'local',
      BREAKWATER_WEBHOOK_LOCAL_TARGETS: new URL(webhooks.url).host,
      ...issuer.env(),
    });
    return new Subscribers(stand, issuer, app, webhooks);
  }

  async close(): Promise<void> {
    await this.app.close();
    this.webhooks.close();
  }

  /** Somebody has a feed now, by a channel. */
  async join({ subscription, organisation }: ModelFeed, channel: ChannelName): Promise<void> {
    if (this.readers.has(subscription)) return;
    const token = await this.issuer.tokenFor('partner-feed', { subject: organisation });
    const door: Door = { address: this.app.address, token, subscription };
    this.readers.set(subscription, { door, reader: this.readerOf(door, channel), troubled: false });
    if (channel === 'webhook') await this.webhooks.enrol(subscription, 'full');
    if (channel === 'thin-webhook') await this.webhooks.enrol(subscription, 'thin');
  }

  private readerOf(door: Door, channel: ChannelName): AnyReader {
    switch (channel) {
      case 'pull':
        return new PullReader(door);
      case 'sse':
        return new SseReader(door, 'page');
      case 'snapshot':
        return new SseReader(door, 'snapshot');
      case 'taxii':
        return new TaxiiReader(door);
      case 'webhook':
        return new WebhookReader(door, 'full', this.webhooks);
      case 'thin-webhook':
        return new WebhookReader(door, 'thin', this.webhooks);
    }
  }

  /** One of them takes what there is. Returns what of it is otherwise than the model says; what was sent is held from now on. */
  async take(feed: ModelFeed, known: Omit<Known, 'feedKey'>, how: Omit<Reading, 'head'>): Promise<string[]> {
    const one = this.readers.get(feed.subscription);
    if (one === undefined) return [];
    const { door, reader } = one;
    const expected = deliveriesOf(feed, { ...known, feedKey: FEED_KEY });
    const over = known.said.some(
      ({ body }) => body.type === 'subscription.ended' && body.data.subscription === feed.subscription,
    );
    const gone = hasDeparted(feed.organisation, known.said);
    const found: string[] = [];
    const named = (fault: string): string => `${reader.constructor.name} of ${feed.subscription}: ${fault}`;
    if (gone) {
      found.push(...(await this.refused(door)));
      this.counts.refused += 1;
    }
    if (gone || over) found.push(...(await this.notices(door, expected)));
    const isPushed = reader instanceof WebhookReader;
    if (isPushed ? !over : !gone) {
      one.troubled ||= how.trouble !== undefined;
      this.counts.troubles += how.trouble === undefined ? 0 : 1;
      const before = 'inbox' in reader ? reader.inbox.taken.length : 0;
      try {
        await reader.read({ ...how, head: expected.length });
      } catch (error) {
        return [named(`${(error as Error).message} (${JSON.stringify(how)})`)];
      }
      if ('inbox' in reader) {
        found.push(...this.compared(reader, before, expected));
        if (!gone && reader.inbox.sequence > 0)
          found.push(
            ...reader.inbox.amiss(
              (await get<{ digest: string }>(door, `digest?sequence=${reader.inbox.sequence}`)).digest,
            ),
          );
        if (how.trouble === undefined && !(gone && isPushed) && reader.inbox.sequence !== expected.length)
          found.push(`came to ${reader.inbox.sequence} of ${expected.length}`);
      }
    }
    found.push(...(await this.ledger(feed, one, expected)));
    if (reader instanceof TaxiiReader)
      for (const { sequence, kind } of expected)
        if (kind === 'withheld' && feed.slots[sequence - 1]?.ended === null) reader.overlooked.add(sequence);
    if (reader instanceof TaxiiReader && !gone && !over && how.trouble === undefined)
      found.push(...(await this.objects(reader, { feed, expected })));
    return found.map(named);
  }

  private async refused({ address, token, subscription }: Door): Promise<string[]> {
    const { status, body } = await call<{ code: string }>(address, `GET /v1/feeds/${subscription}/entries`, { token });
    return body.code === 'organisation.departed' ? [] : [`somebody who departed is answered with ${status}`];
  }

  /** Whoever may have nothing else has all notices. */
  private async notices(door: Door, expected: readonly ModelDelivery[]): Promise<string[]> {
    const { entries } = await get<Page>(door, 'recalls?limit=500');
    const told = expected.filter(({ kind }) => kind === 'notice');
    return different(
      entries.map(textOf),
      told.map(({ text }) => text),
    );
  }

  private compared(
    reader: Exclude<AnyReader, TaxiiReader>,
    before: number,
    expected: readonly ModelDelivery[],
  ): string[] {
    const { inbox } = reader;
    const came = inbox.taken.slice(before);
    for (const one of came)
      if ('withheld' in one) this.counts.withheld += 1;
      else if (one.kind === 'event') this.counts.taken += 1;
      else this.counts.recalled += 1;
    this.counts.repeats += inbox.repeats;
    inbox.repeats = 0;
    const should = came.map(({ sequence }) => expected[sequence - 1]?.text ?? 'nothing');
    const missing = before === 0 && inbox.snapshot > 0 ? stands(expected.slice(0, inbox.snapshot)) : [];
    const got = new Set(came.map(({ sequence }) => sequence));
    return [
      ...different(came.map(textOf), should),
      ...missing.flatMap(({ sequence, text }) => (got.has(sequence) ? [] : [`a snapshot without ${text}`])),
    ];
  }

  /** What left, as the ledger says: all that came and nothing that the model withholds; without trouble, just what came. */
  private async ledger(
    feed: ModelFeed,
    { reader, troubled }: { reader: AnyReader; troubled: boolean },
    expected: readonly ModelDelivery[],
  ): Promise<string[]> {
    const rows = await this.stand.log.query<{ sequence: number; channel: string }>(
      `SELECT sequence, channel FROM feed_ledger JOIN feed_slots s USING (subscriber, sequence)
       JOIN (SELECT subscriber, subscription FROM feed_subscribers) f USING (subscriber)
       WHERE f.subscription = $1 AND s.kind = 1 ORDER BY sequence`,
      [feed.subscription],
    );
    const found = rows.flatMap(({ sequence, channel }) => {
      if (!reader.channels.includes(channel)) return [`${sequence} left by ${channel}`];
      const isNew = !feed.held.has(sequence);
      return isNew && expected[sequence - 1]?.kind !== 'event' ? [`${sequence} left, and is withheld`] : [];
    });
    for (const { sequence } of rows) feed.held.add(sequence);
    if (reader instanceof TaxiiReader) return found;
    const came = reader.inbox.taken.flatMap((one) => ('event' in one ? [one.sequence] : []));
    const unknown = came.filter((sequence) => !feed.held.has(sequence));
    if (unknown.length > 0) found.push(`${unknown.join()} came and is in no ledger`);
    if (!troubled && came.length !== feed.held.size)
      found.push(`${feed.held.size} left and ${came.length} came, without any trouble`);
    return found;
  }

  private objects(reader: TaxiiReader, of: { feed: ModelFeed; expected: readonly ModelDelivery[] }): Promise<string[]> {
    this.counts.objects = Math.max(this.counts.objects, reader.newest.size);
    return objectsAmiss(this.stand.log, reader, of);
  }
}

/** What a snapshot holds. */
function stands(expected: readonly ModelDelivery[]): ModelDelivery[] {
  return expected.filter(({ kind, text }) => kind === 'event' || text.includes(' pending of '));
}

function different(are: readonly string[], should: readonly string[]): string[] {
  const places = Array.from({ length: Math.max(are.length, should.length) }, (_, place) => place);
  return places.flatMap((place) =>
    are[place] === should[place] ? [] : [`${are[place] ?? 'nothing'}\n  and not ${should[place] ?? 'nothing'}`],
  );
}

function hasDeparted(organisation: string, said: readonly ModelEvent[]): boolean {
  const last = said.findLast(
    ({ body }) =>
      (body.type === 'organisation.departed' || body.type === 'organisation.readmitted') &&
      body.data.organisation === organisation,
  );
  return last?.body.type === 'organisation.departed';
}
