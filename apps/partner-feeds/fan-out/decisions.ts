import { maySee } from '#access';
import type { Marking } from '#events';
import { needsFacts, passesType } from './filter.js';
import { nextDateAfter, viewerOf, type Policy, type PolicySubscription } from './policy.js';

/** Who gets an event of a type under a marking. */
export interface Candidates {
  /** Numbers of subscribers that get it whatever it says. */
  sure: readonly number[];
  /** Those whose filters have to look at what it says. */
  filtered: readonly PolicySubscription[];
}

/**
 * The policy of one stretch of the log, in which no event and no date changes it. Worked out once for each marking and type, so
 * that what an event costs depends on how many get it and not on how many there are. Pure, but for what it remembers.
 */
export class Decisions {
  /** First moment (milliseconds since 1970) at which a date changes what is decided here. */
  readonly until: number;
  private readonly candidatesOf = new Map<string, Candidates>();
  private readonly seenBy = new Map<number, ReadonlySet<string>>();
  private readonly subscriptions: readonly PolicySubscription[];
  private readonly bySubscriber: ReadonlyMap<number, PolicySubscription>;

  /** @param markings every marking by audience that will be asked about, filled before it is */
  constructor(
    private readonly policy: Policy,
    private readonly at: number,
    private readonly markings: ReadonlyMap<number, Marking>,
  ) {
    this.until = nextDateAfter(policy, at);
    this.subscriptions = Object.values(policy.subscriptions).sort((a, b) => a.subscriber - b.subscriber);
    this.bySubscriber = new Map(this.subscriptions.map((each) => [each.subscriber, each]));
  }

  candidates(audience: number, type: string): Candidates {
    const key = `${audience} ${type}`;
    const known = this.candidatesOf.get(key);
    if (known !== undefined) return known;
    const passing = this.subscriptions.filter(
      (each) => this.isOffered(each, audience) && passesType(each.filter, type),
    );
    const candidates = {
      sure: passing.filter(({ filter }) => !needsFacts(filter)).map(({ subscriber }) => subscriber),
      filtered: passing.filter(({ filter }) => needsFacts(filter)),
    };
    this.candidatesOf.set(key, candidates);
    return candidates;
  }

  /** Whether a subscriber may see what is so marked: what it was sent stays with it for as long as it may. */
  maySee(subscriber: number, audience: number): boolean {
    const subscription = this.bySubscriber.get(subscriber);
    return subscription !== undefined && this.organisationsFor(audience).has(subscription.organisation);
  }

  /** It may see it, its subscription goes on, and it is not its own, unless it asked for that too. */
  private isOffered({ organisation, filter, ended }: PolicySubscription, audience: number): boolean {
    if (ended !== undefined || !this.organisationsFor(audience).has(organisation)) return false;
    return filter.own === true || this.markingOf(audience).originator !== organisation;
  }

  private organisationsFor(audience: number): ReadonlySet<string> {
    const known = this.seenBy.get(audience);
    if (known !== undefined) return known;
    const marking = this.markingOf(audience);
    const organisations = new Set(this.subscriptions.map(({ organisation }) => organisation));
    const seeing = [...organisations].filter((organisation) => {
      const viewer = this.viewer(organisation);
      return viewer !== undefined && maySee(viewer, marking).see;
    });
    const set = new Set(seeing);
    this.seenBy.set(audience, set);
    return set;
  }

  private readonly viewers = new Map<string, ReturnType<typeof viewerOf>>();

  private viewer(organisation: string): ReturnType<typeof viewerOf> {
    if (!this.viewers.has(organisation)) this.viewers.set(organisation, viewerOf(this.policy, organisation, this.at));
    return this.viewers.get(organisation);
  }

  private markingOf(audience: number): Marking {
    const marking = this.markings.get(audience);
    if (marking === undefined) throw new Error('a marking was not read before it was asked about');
    return marking;
  }
}
