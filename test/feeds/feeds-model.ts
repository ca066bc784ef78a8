/**
 * What each subscriber must have, worked out naively: event by event, each question answered from the whole log anew, with no
 * tables, batches or caches. Written from the rules in the README of partner-feeds, and not from its code.
 */
import type { BreakwaterEvent, FeedFilter, Marking } from '#events';
import { agreedIn, entitiesOf, sees, type ModelEvent } from './model-policy.js';

export interface ModelSlot {
  sequence: number;
  position: number;
  added: number;
  kind: number;
  ended: number | null;
  notice: { kind: string; reason: string; sequences: number[]; state: string | null } | null;
}

export interface ModelFeed {
  subscription: string;
  organisation: string;
  filter: FeedFilter;
  over: boolean;
  slots: ModelSlot[];
  /** Sequences that were ever delivered. */
  held: Set<number>;
}

type BodyOf<Type extends BreakwaterEvent['type']> = Extract<BreakwaterEvent, { type: Type }>;

const TOLD = /^(assertion\.(made|regraded|withdrawn)|removal\.(reported|decided|corrected|appeal-decided))$/;

export class FeedsModel {
  readonly feeds: ModelFeed[] = [];
  readonly log: ModelEvent[] = [];

  take(event: ModelEvent): void {
    this.log.push(event);
    const { body } = event;
    switch (body.type) {
      case 'assertion.withdrawn':
        return this.withdrawn(event);
      case 'assertion.regraded':
        return this.regraded(event);
      case 'removal.corrected':
      case 'removal.appeal-decided':
        return this.corrected(event);
      case 'assertion.made':
      case 'removal.reported':
        for (const feed of this.feeds) this.offer(feed, event, event);
        return;
      default:
        return this.ofPolicy(event);
    }
  }

  /** The log in words. */
  story(): string {
    return this.log.map(({ position, body, marking }) => `${position} ${body.type} ${marking.tlp}`).join(', ');
  }

  private withdrawn(event: ModelEvent): void {
    const stands = this.leftOf(event.stream, event) > 0;
    for (const feed of this.feeds) {
      const before = this.liveOf(feed, ({ stream }) => stream === event.stream);
      if (stands) {
        this.offer(feed, event, event);
        this.tell(feed, event, before, 'corrected', 'withdrawn-in-part');
      } else {
        for (const slot of before) slot.ended = event.position;
        this.tell(feed, event, before, 'recall', 'withdrawn');
      }
    }
  }

  private regraded(event: ModelEvent): void {
    for (const feed of this.feeds) {
      const before = this.liveOf(feed, ({ stream }) => stream === event.stream);
      if (this.sees(feed.organisation, event.marking, event)) {
        for (const each of this.log) if (each.stream === event.stream) this.offer(feed, each, event);
        this.tell(feed, event, before, 'regraded', 'regraded');
      } else {
        for (const slot of before) slot.ended = event.position;
        this.tell(feed, event, before, 'recall', 'regraded');
      }
    }
  }

  private corrected(event: ModelEvent): void {
    const reason = event.body.type === 'removal.corrected' ? 'corrected' : 'overturned';
    for (const feed of this.feeds) {
      const gone = this.liveOf(feed, (each) => each.stream === event.stream && !this.stands(each, event));
      for (const slot of gone) slot.ended = event.position;
      this.offer(feed, event, event);
      this.tell(feed, event, gone, 'corrected', reason);
    }
  }

  private ofPolicy(event: ModelEvent): void {
    const { body } = event;
    const agreement = 'data' in body && 'agreement' in body.data ? body.data.agreement : '';
    switch (body.type) {
      case 'subscription.made': {
        const { subscription, organisation, filter } = body.data;
        this.feeds.push({ subscription, organisation, filter, over: false, slots: [], held: new Set() });
        return this.gain(event, [subscription]);
      }
      case 'subscription.changed':
        return this.refilter(event, body);
      case 'subscription.ended':
        for (const feed of this.feeds) feed.over ||= feed.subscription === body.data.subscription;
        return;
      case 'recall.answered': {
        const feed = this.feeds.find(({ subscription }) => subscription === body.data.subscription);
        const notice = feed?.slots[body.data.sequence - 1]?.notice;
        if (notice && notice.state !== null) notice.state = body.data.answer;
        return;
      }
      case 'organisation.regrouped':
        this.lose(event, this.of(body.data.organisation), 'regrouped');
        return this.gain(event, this.of(body.data.organisation));
      case 'organisation.departed':
        return this.lose(event, this.of(body.data.organisation), 'departed');
      case 'organisation.readmitted':
        return this.gain(event, this.of(body.data.organisation));
      case 'agreement.made':
        return this.gain(event, this.of(...this.agreed(agreement, event)));
      case 'agreement.party-joined':
        return this.gain(event, this.of(body.data.organisation));
      case 'agreement.party-left':
        return this.lose(event, this.of(body.data.organisation), 'agreement-over');
      case 'agreement.ended':
      case 'agreement.lapsed':
        return this.lose(event, this.of(...this.agreed(agreement, event)), 'agreement-over');
      case 'agreement.began':
        this.lose(event, this.of(...this.agreed(agreement, event)), 'agreement-over');
        return this.gain(event, this.of(...this.agreed(agreement, event)));
      default:
        return;
    }
  }

  private refilter(event: ModelEvent, { data }: BodyOf<'subscription.changed'>): void {
    const feed = this.feeds.find(({ subscription }) => subscription === data.subscription);
    if (feed === undefined || data.filter === undefined) return;
    feed.filter = data.filter;
    this.gain(event, [feed.subscription]);
  }

  private of(...organisations: string[]): string[] {
    return this.feeds.filter((feed) => organisations.includes(feed.organisation)).map((feed) => feed.subscription);
  }

  private lose(at: ModelEvent, subscriptions: readonly string[], reason: string): void {
    for (const feed of this.feeds.filter(({ subscription }) => subscriptions.includes(subscription))) {
      const lost = this.liveOf(feed, (event) => !this.sees(feed.organisation, this.markingOf(event, at), at));
      for (const slot of lost) slot.ended = at.position;
      this.tell(feed, at, lost, 'recall', reason);
    }
  }

  private gain(at: ModelEvent, subscriptions: readonly string[]): void {
    for (const feed of this.feeds.filter(({ subscription }) => subscriptions.includes(subscription)))
      for (const event of this.log) this.offer(feed, event, at);
  }

  /** Puts an event at the end of a feed, where it stands, may be seen, passes the filter, and is not there yet. */
  private offer(feed: ModelFeed, event: ModelEvent, at: ModelEvent): void {
    const { type } = event.body;
    if (feed.over || !TOLD.test(type) || !this.stands(event, at)) return;
    const marking = this.markingOf(event, at);
    if (!this.sees(feed.organisation, marking, at)) return;
    if (marking.originator === feed.organisation && feed.filter.own !== true) return;
    if (!this.passes(feed, event, at)) return;
    if (this.liveOf(feed, ({ position }) => position === event.position).length > 0) return;
    this.append(feed, event.position, at, 1, null);
  }

  private append(feed: ModelFeed, position: number, at: ModelEvent, kind: number, notice: ModelSlot['notice']): void {
    // A notice takes up as much time as all that it is about.
    const last = feed.slots.at(-1);
    const taken = 256 * Math.max(1, last?.notice?.sequences.length ?? 1);
    const added = Math.max((last?.added ?? 0) + taken, at.givenAt);
    feed.slots.push({ sequence: feed.slots.length + 1, position, added, kind, ended: null, notice });
  }

  private tell(feed: ModelFeed, at: ModelEvent, slots: readonly ModelSlot[], kind: string, reason: string): void {
    const sequences = slots.map(({ sequence }) => sequence).filter((sequence) => feed.held.has(sequence));
    if (sequences.length > 0) this.append(feed, at.position, at, 2, { kind, reason, sequences, state: 'pending' });
  }

  private liveOf(feed: ModelFeed, which: (event: ModelEvent) => boolean): ModelSlot[] {
    const events = new Set(this.log.filter(which).map(({ position }) => position));
    return feed.slots.filter(({ kind, ended, position }) => kind === 1 && ended === null && events.has(position));
  }

  private upTo(at: ModelEvent): ModelEvent[] {
    return this.log.filter(({ position }) => position <= at.position);
  }

  private markingOf(event: ModelEvent, at: ModelEvent): Marking {
    const regrades = this.upTo(at).filter(
      ({ stream, body }) => stream === event.stream && body.type === 'assertion.regraded',
    );
    return regrades.at(-1)?.marking ?? event.marking;
  }

  /** Statements of an assertion that nobody had taken back at a time. */
  private leftOf(stream: string, at: ModelEvent): number {
    const events = this.upTo(at).filter((event) => event.stream === stream);
    const [made] = events;
    const said = made?.body.type === 'assertion.made' ? made.body.data.statements.map((_, index) => index) : [];
    const back = events.flatMap(({ body }) =>
      body.type === 'assertion.withdrawn' ? body.data.statements.map(({ index }) => index) : [],
    );
    return said.filter((index) => !back.includes(index)).length;
  }

  private stands(event: ModelEvent, at: ModelEvent): boolean {
    if (event.body.type.startsWith('assertion.'))
      return this.leftOf(event.stream, event) > 0 && this.leftOf(event.stream, at) > 0;
    const after = this.upTo(at).filter(({ stream, position }) => stream === event.stream && position > event.position);
    return !after.some((each) => this.ends(each, event));
  }

  /** Whether a later event of a removal takes an earlier one back. */
  private ends(later: ModelEvent, event: ModelEvent): boolean {
    const { body } = later;
    if (body.type === 'removal.corrected') return body.data.corrects === event.id;
    if (body.type !== 'removal.appeal-decided' || body.data.result !== 'overturned') return false;
    const before = this.log.filter(({ stream, position }) => stream === event.stream && position < later.position);
    const decisions = before.filter(
      (each) =>
        /removal\.(reported|decided|corrected)/.test(each.body.type) && this.stands(each, before.at(-1) ?? each),
    );
    return decisions.at(-1)?.position === event.position;
  }

  private passes(feed: ModelFeed, event: ModelEvent, at: ModelEvent): boolean {
    const { types, themes, platforms, networks } = feed.filter;
    const { body } = event;
    const entities = entitiesOf(body);
    const theme = body.type === 'removal.reported' ? body.data.theme : undefined;
    return (
      (types === undefined || types.includes(body.type)) &&
      (themes === undefined || (theme !== undefined && themes.includes(theme))) &&
      (platforms === undefined || entities.some(({ key }) => platforms.includes(key.split(':')[0] ?? ''))) &&
      (networks === undefined ||
        entities.some(({ key }) =>
          networks.some((network) => this.isIn(feed, key, `breakwater:network/${network}`, at)),
        ))
    );
  }

  /** Whether an entity is the network, or belongs to it by an assertion that the feed's organisation may see, and none says that it does not. */
  private isIn(feed: ModelFeed, key: string, network: string, at: ModelEvent): boolean {
    if (key === network) return true;
    const said = (relation: string): { position: number; from: string | undefined }[] =>
      this.upTo(at).flatMap((event) => {
        if (event.body.type !== 'assertion.made' || event.body.data.subject.key !== key) return [];
        const back = this.upTo(at).flatMap(({ stream, body }) =>
          stream === event.stream && body.type === 'assertion.withdrawn'
            ? body.data.statements.map(({ index }) => index)
            : [],
        );
        if (!this.sees(feed.organisation, this.markingOf(event, at), at)) return [];
        return event.body.data.statements.flatMap((each, index) =>
          each.relation === relation && 'object' in each && each.object.key === network && !back.includes(index)
            ? [{ position: event.position, from: each.from }]
            : [],
        );
      });
    const over = said('NOT_MEMBER_OF').filter(
      ({ from }) => from === undefined || Date.parse(from) <= at.givenAt / 1000,
    );
    return said('MEMBER_OF').some(({ position }) => !over.some((each) => each.position > position));
  }

  private sees(organisation: string, marking: Marking, at: ModelEvent): boolean {
    return sees(this.upTo(at), organisation, marking);
  }

  private agreed(agreement: string, at: ModelEvent): string[] {
    return agreedIn(this.upTo(at), agreement);
  }
}
