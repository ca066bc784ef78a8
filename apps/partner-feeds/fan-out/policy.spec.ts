import { audienceOf, type BreakwaterEvent, type Marking } from '#events';
import { Decisions } from './decisions.js';
import { factsOf } from './facts.js';
import { passesFacts } from './filter.js';
import { foldPolicy } from './fold-policy.js';
import { NO_POLICY, type Policy } from './policy.js';

const AGENCY = '00000000-0000-7000-8000-00000000a001';
const AUTHOR = '00000000-0000-7000-8000-00000000a002';
const SUBSCRIPTION = '00000000-0000-4000-8000-00000000b001';
const AGREEMENT = '00000000-0000-4000-8000-00000000c001';
const NOON = Date.parse('2026-11-22T12:00:00Z');

function after(...bodies: BreakwaterEvent[]): Policy {
  return bodies.reduce((policy, body) => foldPolicy(policy, body, AGENCY).policy, NO_POLICY);
}

const registered: BreakwaterEvent = {
  ...{ type: 'organisation.registered', version: 1 },
  data: { organisation: AGENCY, name: 'Agency', kind: 'agency', groups: ['circle'] },
};
const subscribed: BreakwaterEvent = {
  ...{ type: 'subscription.made', version: 1 },
  data: { subscription: SUBSCRIPTION, organisation: AGENCY, name: 'Feed', filter: {}, channel: { kind: 'pull' } },
};
const agreed: BreakwaterEvent = {
  ...{ type: 'agreement.made', version: 1 },
  data: {
    ...{ agreement: AGREEMENT, group: 'exchange', title: 'Exchange', parties: [AGENCY, AUTHOR] },
    ...{ from: '2026-11-22T12:00:00Z', until: '2026-11-22' },
  },
};

function released(changes: Partial<Marking>): Marking {
  return {
    ...{
      gsc: 'OFFICIAL',
      tlp: 'AMBER',
      handling: [],
      conditions: [],
      releasableTo: [],
      originator: AUTHOR,
      compartment: null,
    },
    ...changes,
  };
}

/** Subscribers that get an assertion under a marking at a time. */
function reached(policy: Policy, marking: Marking, at = NOON): readonly number[] {
  const audience = audienceOf(marking);
  return new Decisions(policy, at, new Map([[audience, marking]])).candidates(audience, 'assertion.made').sure;
}

describe('who gets what', () => {
  it('is decided by what an agency belongs to, and never by compartments, nor for what is RED', () => {
    const policy = after(registered, subscribed);
    expect(reached(policy, released({ releasableTo: ['circle'] }))).toEqual([1]);
    expect(reached(policy, released({ releasableTo: ['others'] }))).toEqual([]);
    expect(reached(policy, released({ tlp: 'RED', releasableTo: [AGENCY] }))).toEqual([]);
    expect(reached(policy, released({ releasableTo: ['circle'], compartment: 'cell' }))).toEqual([]);
  });

  it('follows the dates of an agreement: its first moment is in it, the one after its last day is not', () => {
    const policy = after(registered, subscribed, agreed);
    const marking = released({ releasableTo: ['exchange'] });
    expect(reached(policy, marking, NOON - 1)).toEqual([]);
    expect(reached(policy, marking, NOON)).toEqual([1]);
    expect(reached(policy, marking, NOON + 12 * 3_600_000 - 1)).toEqual([1]);
    expect(reached(policy, marking, NOON + 12 * 3_600_000)).toEqual([]);
    expect(new Decisions(policy, NOON, new Map()).until).toBe(NOON + 12 * 3_600_000);
    const ended: BreakwaterEvent = {
      type: 'agreement.ended',
      version: 1,
      data: { agreement: AGREEMENT, reason: 'Over.' },
    };
    expect(reached(after(registered, subscribed, agreed, ended), marking)).toEqual([]);
  });

  it('leaves out its own, unless it asked for that, and everything once it has departed or the subscription ended', () => {
    const mine = released({ originator: AGENCY, tlp: 'GREEN' });
    const others = released({ tlp: 'GREEN' });
    const own: BreakwaterEvent = {
      ...{ type: 'subscription.changed', version: 1 },
      data: { subscription: SUBSCRIPTION, filter: { own: true } },
    };
    const departed: BreakwaterEvent = {
      ...{ type: 'organisation.departed', version: 1 },
      data: { organisation: AGENCY, reason: 'Over.' },
    };
    const ended: BreakwaterEvent = {
      ...{ type: 'subscription.ended', version: 1 },
      data: { subscription: SUBSCRIPTION, reason: 'Over.' },
    };
    expect([mine, others].map((marking) => reached(after(registered, subscribed), marking))).toEqual([[], [1]]);
    expect(reached(after(registered, subscribed, own), mine)).toEqual([1]);
    expect(reached(after(registered, subscribed, departed), others)).toEqual([]);
    expect(reached(after(registered, subscribed, ended), others)).toEqual([]);
  });
});

describe('a filter', () => {
  it('lets through what says one of its words in each of its lists, and nothing that says none', () => {
    const facts = factsOf({
      ...{ type: 'removal.reported', version: 1 },
      data: {
        ...{ removal: SUBSCRIPTION, platform: AGENCY, theme: 'boat-crossing' },
        item: { kind: 'post', location: { kind: 'item', key: 'telegram:1/2' } },
        outcome: { result: 'actioned', effect: 'removed', territory: ['GB'] },
      },
    });
    const passes = (filter: Parameters<typeof passesFacts>[0]): boolean => passesFacts(filter, facts, () => false);
    expect(passes({ themes: ['boat-crossing', 'other'], platforms: ['telegram'], territories: ['GB'] })).toBe(true);
    expect(passes({ themes: ['boat-crossing'], platforms: ['signal'] })).toBe(false);
    expect(passes({ territories: ['FR'] })).toBe(false);
    expect(passes({ networks: [SUBSCRIPTION] })).toBe(false);
    expect(passesFacts({ networks: [SUBSCRIPTION] }, facts, () => true)).toBe(true);
    const silent = factsOf({ type: 'referral.closed', version: 1, data: { referral: SUBSCRIPTION, reason: 'Done.' } });
    expect(passesFacts({ themes: ['other'] }, silent, () => true)).toBe(false);
  });
});
