/** Says what a history tells to say, in the words of events. */
import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import { type AssertionMade, type EntityRef, type Marking, type Statement } from '#events';
import { organisationEvent, subscriptionEvent, type Said } from '../support/feed-events.js';
import { FILTERS, PARTNERS, PLATFORMS, type Act, type MarkingName } from './feed-acts.js';
import { CHANNELS, type ChannelName } from './channels/reader.js';
import { ITEM, LIMITED, ofNetwork, OUTCOME } from './feed-words.js';
import type { ModelFeed } from './feeds-model.js';

const MINUTE_MS = 60_000;
const IDS = '7d4c1c0e-6a57-4f0e-9d4e-2f6c3b1a9e10';

/** Acts that say something. */
export type SayingAct = Exclude<Act, { type: 'pass' | 'deliver' | 'run' }>;

interface Assertion {
  stream: string;
  author: string;
  subject: EntityRef;
  statements: Statement[];
  left: Set<number>;
}

export class FeedAuthor {
  /** Milliseconds since 1970. */
  now: number;
  /** Partners first, and one that does not subscribe. */
  readonly speakers: string[] = [];
  /** By what each subscription is taken. */
  readonly channels = new Map<string, ChannelName>();
  private platform = '';
  private readonly assertions: Assertion[] = [];
  private readonly removals: { stream: string; id: string; decisions: string[] }[] = [];
  private readonly agreements = new Set<number>();

  /** @param feeds subscriptions that there are, as the model knows them */
  constructor(
    private readonly say: (said: Said) => Promise<string>,
    private readonly feeds: readonly ModelFeed[],
    beginning: number,
  ) {
    this.now = beginning;
  }

  /** Somebody among the same organisations who speaks of other things, to others. */
  beside(say: (said: Said) => Promise<string>): FeedAuthor {
    const other = new FeedAuthor(say, [], this.now);
    other.speakers.push(...this.speakers);
    other.platform = this.platform;
    return other;
  }

  /** Something is there from the beginning, or a short history would show little. */
  async begin(): Promise<void> {
    for (let place = 0; place <= PARTNERS; place += 1) this.speakers.push(await this.register('agency'));
    this.platform = await this.register('platform');
    for (let partner = 0; partner < PARTNERS; partner += 1) {
      const channel = CHANNELS[partner] ?? 'pull';
      await this.act({ type: 'subscribe', of: partner, filter: 0, channel });
      await this.act({ type: 'regroup', of: partner, groups: [partner % 2] });
    }
    await this.act({ type: 'subscribe', of: 0, filter: 0, channel: 'taxii' });
    await this.act({ type: 'agree', by: 0, which: 0, startsIn: 0, lasts: 60 });
    await this.act({ type: 'join', which: 0, of: 1 });
    for (const marking of ['green', 'group-0', 'agreement-0', 'green'] as const)
      await this.act({ type: 'assert', by: PARTNERS, marking, platform: 0, statements: 2, network: 'joins' });
  }

  private async register(kind: 'agency' | 'platform'): Promise<string> {
    const organisation = randomUUID();
    const data = { organisation, name: 'One', kind, groups: [] };
    await this.say({ ...organisationEvent(organisation), type: 'organisation.registered', data });
    return organisation;
  }

  private partner(of: number): string {
    return this.speakers[of % PARTNERS] ?? '';
  }

  async act(act: SayingAct): Promise<void> {
    switch (act.type) {
      case 'assert':
        return this.assert(act);
      case 'withdraw':
      case 'regrade':
        return this.turn(act);
      case 'report':
        return this.report(act);
      case 'correct':
      case 'appeal':
        return this.takeBack(act);
      case 'regroup': {
        const organisation = this.partner(act.of);
        const data = { organisation, groups: act.groups.map((group) => `group-${group}`) };
        return void (await this.say({ ...organisationEvent(organisation), type: 'organisation.regrouped', data }));
      }
      case 'depart':
      case 'readmit': {
        const organisation = this.partner(act.of);
        const data = { organisation, ...(act.type === 'depart' && { reason: 'Over.' }) };
        const type = act.type === 'depart' ? 'organisation.departed' : 'organisation.readmitted';
        return void (await this.say({ ...organisationEvent(organisation), type, data: data as never }));
      }
      case 'agree':
      case 'join':
      case 'leave':
      case 'dated':
        return this.agreement(act);
      case 'subscribe':
      case 'refilter':
      case 'end':
      case 'answer':
        return this.subscription(act);
    }
  }

  marking(name: MarkingName, originator: string): Marking {
    const named = { ...LIMITED, originator, releasableTo: [name.replace('agreement', 'parties')] };
    switch (name) {
      case 'green':
        return { ...named, tlp: 'GREEN', releasableTo: [] };
      case 'named':
        return { ...named, releasableTo: [this.partner(0)] };
      case 'red':
        return { ...named, tlp: 'RED', releasableTo: [this.partner(0)] };
      case 'home':
        return { ...named, tlp: 'AMBER+STRICT', releasableTo: [] };
      case 'cell':
        return { ...named, tlp: 'GREEN', releasableTo: [], compartment: 'cell' };
      default:
        return named;
    }
  }

  private async assert(act: Extract<Act, { type: 'assert' }>): Promise<void> {
    const author = this.speakers[act.by] ?? '';
    const stream = `assertion-${randomUUID()}`;
    const subject: EntityRef = { kind: 'account', key: `${PLATFORMS[act.platform]}:${act.platform}` };
    const links: Statement[] = [
      { relation: 'USES_NUMBER', object: { kind: 'phone-number', key: '+447700900123' } },
      { relation: 'STATED', property: 'language', value: 'ku' },
    ];
    const statements = [...ofNetwork(act.network, (minutes) => this.second(minutes)), ...links].slice(
      0,
      act.statements,
    );
    const data: AssertionMade = { subject, statements };
    await this.say({
      stream,
      source: author,
      type: 'assertion.made',
      marking: this.marking(act.marking, author),
      data,
    });
    this.assertions.push({ stream, author, subject, statements, left: new Set(statements.keys()) });
  }

  private async turn(act: Extract<Act, { type: 'withdraw' | 'regrade' }>): Promise<void> {
    const withdraws = act.type === 'withdraw';
    const standing = this.assertions.filter(({ left }) => !withdraws || left.size > 0);
    const one = standing[act.of % Math.max(1, standing.length)];
    if (one === undefined) return;
    const { stream, author: source, subject, statements, left } = one;
    const all = withdraws ? [...left] : [...statements.keys()];
    const indexes = withdraws && act.part ? all.slice(0, 1) : all;
    const ends = indexes.map((index) => {
      const { relation, ...rest } = statements[index] as Statement;
      return { index, relation, ...('object' in rest && { object: rest.object }) };
    });
    const data = { subject, statements: ends, reason: 'As decided.' };
    if (withdraws) {
      // A withdrawal carries the marking in force, which nothing here decides by.
      await this.say({ stream, source, type: 'assertion.withdrawn', marking: this.marking('home', source), data });
      for (const index of indexes) left.delete(index);
    } else
      await this.say({ stream, source, type: 'assertion.regraded', marking: this.marking(act.marking, source), data });
  }

  private async report({ marking, themed }: Extract<Act, { type: 'report' }>): Promise<void> {
    const id = randomUUID();
    const stream = `removal-${id}`;
    const data = {
      removal: id,
      platform: this.platform,
      item: ITEM,
      outcome: OUTCOME,
      ...(themed && { theme: 'boat-crossing' as const }),
    };
    const said = { stream, source: this.platform, marking: this.marking(marking, this.platform) };
    this.removals.push({ stream, id, decisions: [await this.say({ ...said, type: 'removal.reported', data })] });
  }

  private async takeBack(act: Extract<Act, { type: 'correct' | 'appeal' }>): Promise<void> {
    const one = this.removals[act.of % Math.max(1, this.removals.length)];
    if (one === undefined) return;
    const { stream, id: removal, decisions } = one;
    const said = { stream, source: this.platform, marking: this.marking('green', this.platform) };
    if (act.type === 'correct') {
      const data = {
        removal,
        corrects: decisions[act.of % decisions.length] ?? '',
        outcome: OUTCOME,
        reason: 'Wrong.',
        item: ITEM,
      };
      decisions.push(await this.say({ ...said, type: 'removal.corrected', data }));
    } else {
      const data = {
        removal,
        result: act.overturned ? ('overturned' as const) : ('upheld' as const),
        reason: 'Seen again.',
        item: ITEM,
      };
      await this.say({ ...said, type: 'removal.appeal-decided', data });
    }
  }

  private async agreement(act: Extract<Act, { type: 'agree' | 'join' | 'leave' | 'dated' }>): Promise<void> {
    const agreement = v5(`agreement ${act.which}`, IDS);
    const said = { stream: `agreement-${agreement}`, source: this.speakers[0] ?? '' };
    if (act.type === 'agree') {
      if (this.agreements.has(act.which)) return;
      this.agreements.add(act.which);
      const source = this.partner(act.by);
      const from = this.second(act.startsIn);
      const until = this.second(act.startsIn + act.lasts);
      const parties = [0, 1, 2].map((of) => this.partner(of));
      const data = { agreement, group: `parties-${act.which}`, title: 'Exchange', parties, from, until };
      return void (await this.say({ ...said, source, type: 'agreement.made', data }));
    }
    if (!this.agreements.has(act.which)) return;
    if (act.type === 'dated')
      return void (await this.say({
        ...said,
        type: act.as,
        data: { agreement, ...(act.as === 'agreement.ended' && { reason: 'Over.' }) } as never,
      }));
    const organisation = this.partner(act.of);
    if (act.type === 'join')
      await this.say({ ...said, type: 'agreement.party-joined', data: { agreement, organisation } });
    else await this.say({ ...said, type: 'agreement.party-left', data: { agreement, organisation, reason: 'Over.' } });
  }

  private second(minutes: number): string {
    return `${new Date(this.now + minutes * MINUTE_MS).toISOString().slice(0, 19)}Z`;
  }

  private async subscription(act: Extract<Act, { type: 'subscribe' | 'refilter' | 'end' | 'answer' }>): Promise<void> {
    if (act.type === 'subscribe') {
      const organisation = this.partner(act.of);
      const subscription = randomUUID();
      const filter = FILTERS[act.filter] ?? {};
      this.channels.set(subscription, act.channel);
      const data = { subscription, organisation, name: 'Feed', filter, channel: { kind: 'pull' as const } };
      return void (await this.say({
        ...subscriptionEvent(subscription, organisation),
        type: 'subscription.made',
        data,
      }));
    }
    const { feeds } = this;
    const feed = feeds[act.of % Math.max(1, feeds.length)];
    if (feed === undefined) return;
    const { subscription, organisation, slots } = feed;
    const said = subscriptionEvent(subscription, organisation);
    if (act.type === 'refilter')
      await this.say({
        ...said,
        type: 'subscription.changed',
        data: { subscription, filter: FILTERS[act.filter] ?? {} },
      });
    else if (act.type === 'end')
      await this.say({ ...said, type: 'subscription.ended', data: { subscription, reason: 'Over.' } });
    else {
      const asked = slots.find(({ notice }) => notice?.state === 'pending');
      if (asked === undefined) return;
      const data = { subscription, sequence: asked.sequence, answer: 'applied' as const };
      await this.say({ ...said, type: 'recall.answered', data });
    }
  }
}
