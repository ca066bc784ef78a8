import { randomUUID } from 'node:crypto';
import { CATALOGUE, dataFault, type KnownEvent, type SubscriptionEvent } from '#events';
import { decideSubscription, MAX_SUBSCRIPTIONS, type SubscriptionCommand } from './decide.js';
import { filterFaults, PARTNER_TYPES } from './filter-faults.js';
import { evolveSubscription, NO_SUBSCRIPTION, subscriptionFrom, type KnownSubscription } from './state.js';

const subscription = randomUUID();
const organisation = randomUUID();
const now = new Date('2026-11-22T12:00:00.500Z');
const webhook = { kind: 'webhook', url: 'https://partner.example/hook', payload: 'thin' } as const;
const make = {
  ...{ type: 'make', subscription, organisation, name: 'Channel watch', others: 0 },
  ...{ filter: { themes: ['boat-crossing'] }, channel: { kind: 'pull' } },
} as const satisfies SubscriptionCommand;

/** Decides one command after another, as the log would keep their events. */
function given(...commands: SubscriptionCommand[]): {
  state: KnownSubscription;
  events: (SubscriptionEvent | undefined)[];
} {
  const said: KnownEvent[] = [];
  const events = commands.map((command) => {
    const body = decideSubscription(subscriptionFrom(said), command);
    if (body !== undefined) {
      expect(dataFault(body.type, body.data)).toBeUndefined();
      const at = { streamVersion: said.length + 1, recordedTime: '2026-11-22T12:00:00.000Z', source: organisation };
      said.push({ body, ...at } as KnownEvent);
    }
    return body;
  });
  return { state: subscriptionFrom(said) as KnownSubscription, events };
}

const refusalOf = (...commands: SubscriptionCommand[]): string => {
  try {
    given(...commands);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};
const types = ({ events }: ReturnType<typeof given>): (string | undefined)[] => events.map((event) => event?.type);

describe('a subscription', () => {
  it('is made, changed in what differs, paused, resumed and ended; what is so already makes no event', () => {
    const history = given(
      make,
      { type: 'change', name: 'Channel watch', filter: { themes: ['boat-crossing'] } },
      { type: 'change', name: 'Boats', filter: { themes: ['boat-crossing'] } },
      { type: 'resume' },
      { type: 'pause', reason: 'maintenance' },
      { type: 'pause', reason: 'maintenance' },
      { type: 'pause', reason: 'a longer one' },
      { type: 'resume' },
      { type: 'end', reason: 'over' },
      { type: 'end', reason: 'over again' },
    );
    expect(types(history).map((type) => type?.slice('subscription.'.length))).toEqual([
      ...['made', undefined, 'changed', undefined, 'paused', undefined, 'paused', 'resumed', 'ended', undefined],
    ]);
    expect(history.events[2]?.data).toEqual({ subscription, name: 'Boats' });
    expect(history.state).toMatchObject({ status: 'ended', reason: 'over', name: 'Boats', version: 6, changedAt: 6 });
  });

  it('that has ended stays so', () => {
    for (const command of [
      { type: 'resume' },
      { type: 'pause', reason: 'why' },
      { type: 'change', name: 'A' },
    ] as const)
      expect(refusalOf(make, { type: 'end', reason: 'over' }, command)).toBe('subscription.ended');
  });

  it('of a webhook is resumed also while it is active: deliveries may have been given up', () => {
    const history = given({ ...make, channel: webhook }, { type: 'resume' });
    expect(types(history)).toEqual(['subscription.made', 'subscription.resumed']);
  });

  it('gets another key, and the one before signs until the overlap ends', () => {
    const rotate = { type: 'rotate-key', now, overlapHours: 24 } as const;
    const { state } = given({ ...make, channel: webhook }, rotate, { ...rotate, overlapHours: 0 });
    expect(state).toMatchObject({ key: 3, keyOverlapUntil: '2026-11-22T12:00:00Z', keyEndingTold: false });
    expect(refusalOf(make, rotate)).toBe('subscription.no-key');
  });

  it('is one of at most so many', () => {
    expect(refusalOf({ ...make, others: MAX_SUBSCRIPTIONS })).toBe('subscription.too-many');
    expect(refusalOf({ ...make, others: MAX_SUBSCRIPTIONS - 1 })).toBe('none');
  });

  it('is not there before it was made', () => {
    expect(refusalOf({ type: 'resume' })).toBe('subscription.unknown');
  });

  it('remembers what it was told and answered, which changes nothing of it', () => {
    const { state } = given({ ...make, channel: webhook }, { type: 'rotate-key', now, overlapHours: 1 });
    const at = { recordedTime: now.toISOString(), source: organisation };
    const told = evolveSubscription(state, {
      ...at,
      body: {
        type: 'subscription.key-ending',
        version: 1,
        data: { subscription, key: 1, overlapUntil: '2026-11-22T13:00:00Z' },
      },
      streamVersion: 3,
    });
    const answered = evolveSubscription(told, {
      ...at,
      body: { type: 'recall.answered', version: 1, data: { subscription, sequence: 4, answer: 'applied' } },
      streamVersion: 4,
    });
    expect(answered).toMatchObject({ keyEndingTold: true, version: 4, changedAt: 2 });
    expect((answered as KnownSubscription).answers.get(4)).toEqual({ answer: 'applied' });
    const event = {
      ...at,
      body: { type: 'subscription.resumed', version: 1, data: { subscription } },
      streamVersion: 1,
    } as const;
    expect(evolveSubscription(NO_SUBSCRIPTION, event)).toBe(NO_SUBSCRIPTION);
  });
});

describe('a filter', () => {
  const codes = (filter: object): string[] =>
    filterFaults(filter, '/filter').map(({ pointer, code }) => `${pointer} ${code}`);

  it('names types that partners get', () => {
    expect(PARTNER_TYPES).toContain('assertion.made');
    expect(PARTNER_TYPES.every((type) => CATALOGUE[type].partners === 'statement')).toBe(true);
    expect(codes({ types: ['assertion.made', 'member.admitted', 'nothing'] })).toEqual([
      '/filter/types/1 filter.type-unknown',
      '/filter/types/2 filter.type-unknown',
    ]);
  });

  it('names countries as ISO 3166 does', () => {
    expect(codes({ territories: ['GB', 'FR', 'VN'] })).toEqual([]);
    expect(filterFaults({ territories: ['UK', 'XX', 'gb'] }, '')).toEqual([
      { pointer: '/territories/0', code: 'filter.territory-unknown', detail: 'is written GB in ISO 3166' },
      { pointer: '/territories/1', code: 'filter.territory-unknown', detail: expect.stringContaining('ISO 3166') },
      { pointer: '/territories/2', code: 'filter.territory-unknown', detail: expect.stringContaining('ISO 3166') },
    ]);
  });

  it('has no empty list and no endless one, and names what can be', () => {
    expect(codes({ themes: [], platforms: ['YouTube', 'forum.example'], networks: ['x', randomUUID()] })).toEqual([
      '/filter/themes filter.empty',
      '/filter/platforms/0 filter.platform-form',
      '/filter/networks/0 filter.network-form',
    ]);
    expect(codes({ networks: Array.from({ length: 101 }, randomUUID) })).toEqual(['/filter/networks filter.too-many']);
    expect(refusalOf({ ...make, filter: { types: [] } })).toBe('filter.empty');
    expect(refusalOf(make, { type: 'change', filter: { types: ['x'] } })).toBe('filter.type-unknown');
  });
});
