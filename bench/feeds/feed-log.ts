/** A log with so many subscriptions, and events of which each is for ten of them on average, sequenced and ready to be fanned out. */
import { bodyOf, type EventBody, type EventDraft, type Marking } from '#events';
import { openLog, openRelayLog, type EventLog } from '#event-log';
import { fanOutOf } from './fanned.js';
import { Chance } from '../workload/chance.js';
import { reportsOf, uuidOf } from '../workload/reports.js';

const AT_ONCE = 500;
const SEQUENCED_AT_ONCE = 5_000;
/** Subscribers that an event is for, on average. */
export const FOR_EACH_EVENT = 10;
/** Combinations of recipients that occur; agencies use few markings, and many times. */
const MARKINGS = 400;
const OPERATORS = uuidOf('feed-operators', 0);

/** Positions that registering and subscribing take. */
export const positionsOfSubscribing = (subscribers: number): number => 2 * subscribers;

export interface Written {
  stream: string;
  source: string;
  events: EventDraft[];
}

export const subscriptionOf = (place: number): string => uuidOf('feed-subscription', place);
export const organisationOf = (place: number): string => uuidOf('feed-organisation', place);

/** Subscriptions with rights of their own; returns the log, in which everything has its position. */
export async function filledFeedLog(appUrl: string, subscribers: number, events: number): Promise<EventLog> {
  const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 4 });
  const markings = markingsFor(subscribers);
  await appendAll(log, [...subscriptions(subscribers)]);
  await sequenceAll(appUrl);
  // Subscribing is one transaction for each, and no part of what is measured.
  await fanOutOf(log).toHead();
  let batch: Written[] = [];
  for (const report of reportsFor(markings, events, subscribers)) {
    batch.push(report);
    if (batch.length === AT_ONCE) {
      await appendAll(log, batch);
      batch = [];
    }
  }
  await appendAll(log, batch);
  await sequenceAll(appUrl);
  return log;
}

/** Reports under these markings, drawn one by one. */
export function* reportsFor(markings: readonly Marking[], events: number, part: number): Generator<Written> {
  const chance = new Chance(20_261_122);
  for (const report of reportsOf({ workload: 'zipf', events, seed: 1, part })) {
    const { stream, source: _, streamVersion: __, recordedTime: ___, ...draft } = report;
    const marking = chance.pick(markings);
    yield { stream, source: marking.originator, events: [{ ...draft, marking }] };
  }
}

/** Each is for ten of the subscribers, drawn without regard to the others. */
export function markingsFor(subscribers: number): Marking[] {
  const chance = new Chance(7);
  const share = FOR_EACH_EVENT / subscribers;
  const organisations = Array.from({ length: subscribers }, (_, place) => organisationOf(place));
  return Array.from({ length: MARKINGS }, (_, at) => ({
    gsc: 'OFFICIAL-SENSITIVE',
    tlp: 'AMBER',
    handling: ['P'],
    conditions: [],
    releasableTo: organisations.filter(() => share >= 1 || chance.happens(share)),
    originator: uuidOf('feed-originator', at % 20),
    compartment: null,
  }));
}

export function* subscriptions(count: number): Generator<Written> {
  for (let place = 0; place < count; place++) {
    const organisation = organisationOf(place);
    const registered = { organisation, name: `agency ${place}`, kind: 'agency' as const, groups: [] };
    yield said(`organisation-${organisation}`, OPERATORS, bodyOf('organisation.registered', registered), place);
    const subscription = subscriptionOf(place);
    yield said(
      `subscription-${subscription}`,
      organisation,
      bodyOf('subscription.made', {
        subscription,
        organisation,
        name: 'everything',
        filter: {},
        channel: { kind: 'pull' },
      }),
      place,
    );
  }
}

function said(stream: string, source: string, body: EventBody, place: number): Written {
  const draft: EventDraft = {
    id: uuidOf(body.type, place),
    body,
    time: { at: '2026-01-01', precision: 'day' },
    actor: { organisation: source, user: 'machine-7', role: 'administrator' },
    purpose: 'operation-tern',
    basis: [],
    statementKind: { kind: 'fact' },
    marking: {
      ...{ gsc: 'OFFICIAL', tlp: 'GREEN', handling: [], conditions: [], releasableTo: [], compartment: null },
      originator: source,
    },
  };
  return { stream, source, events: [draft] };
}

export async function appendAll(log: EventLog, written: readonly Written[]): Promise<void> {
  for (let from = 0; from < written.length; from += AT_ONCE)
    await log.transact(() =>
      Promise.resolve({
        append: written.slice(from, from + AT_ONCE).map((each) => ({ ...each, expectedVersion: 0 })),
        afterwards: () => Promise.resolve(),
      }),
    );
}

/** Gives every event its position, as the relay does. */
async function sequenceAll(appUrl: string): Promise<void> {
  const relay = await openRelayLog({ url: appUrl, applicationName: 'bench-relay' });
  const lease = relay.log.lease('event-relay', { holder: 'bench', seconds: 3_600 });
  await lease.take();
  while ((await relay.sequence(lease, SEQUENCED_AT_ONCE)).given > 0);
  await lease.release();
  await relay.log.close();
}
