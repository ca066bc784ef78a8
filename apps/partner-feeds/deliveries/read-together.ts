import { Problem } from '#runtime';
import type { Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import type { Decoded } from '#events';
import { partnerEvent, type PartnerEvent } from '../payload/partner-event.js';
import type { Answer, Asked } from './asked.js';
import type { Epoch } from './cursor.js';
import { decideDelivery, isReleasable } from './decide.js';
import { deliveryId } from './delivery-id.js';
import { epochsOf, readGround, type Ground } from './ground.js';
import { recordDeliveries, type Disclosure } from './ledger.js';
import { namesOf, readCauses, type CauseRow, type SlotRow } from './slots.js';

/** One who asks, and what its deliveries are decided by. */
interface Reading {
  asked: Asked;
  slots: readonly SlotRow[];
  epochs: readonly Epoch[];
  /** Undefined where the feed carries nothing but notices any more. */
  viewer: Viewer | undefined;
}

/** What the slots of all who ask are about, each event once. */
interface Contents {
  causes: ReadonlyMap<number, CauseRow>;
  /** By position. @throws {@link Problem} `feed.undecodable` */
  eventAt: (position: number) => PartnerEvent;
  /** Delivery ids of what notices name, by subscriber and sequence. */
  named: ReadonlyMap<string, string>;
}

/**
 * Deliveries of several feeds, or of one, in one transaction: decided by the policy of now, recorded and committed before they are
 * returned. Each gets what it would get alone; who is refused, or cannot be read just now, keeps nobody else from anything.
 */
export function readTogether(
  { log, feedKey }: { log: EventLog; feedKey: Buffer },
  asked: readonly Asked[],
  locking: 'wait' | 'skip',
): Promise<Answer[]> {
  return log.transact(async (on) => {
    const ground = await readGround(on, asked, locking);
    const readings = asked.map((one, place) => readingOf(one, ground, place));
    const contents = await readContents(
      { on, log, feedKey },
      readings.filter((one) => 'slots' in one),
    );
    const decided = readings.map((one) =>
      'slots' in one ? decide(one, contents, feedKey) : { answer: one, disclosure: undefined },
    );
    return {
      append: 'nothing',
      afterwards: async (write) => {
        await recordDeliveries(
          write,
          decided.flatMap(({ disclosure }) => disclosure ?? []),
        );
        return decided.map(({ answer }) => answer);
      },
    };
  });
}

function readingOf(asked: Asked, { locked, slots, states, viewers }: Ground, place: number): Reading | Answer {
  const { subscriber, organisation } = asked.subscriber;
  const state = states.get(subscriber);
  if (state === undefined) return { refused: new Error(`there is no subscriber ${subscriber}`) };
  if (!locked.has(subscriber)) return { busy: true };
  if (state.state === 'paused' && asked.only !== 'notices')
    return {
      refused: new Problem(
        'RuleRefused',
        'subscription.paused',
        `The subscription is paused: ${state.reason ?? 'no reason given'}`,
      ),
    };
  return {
    asked,
    slots: slots[place] ?? [],
    epochs: epochsOf(state),
    viewer: state.state === 'active' ? viewers.get(organisation) : undefined,
  };
}

async function readContents(
  { on, log, feedKey }: { on: LogReads; log: EventLog; feedKey: Buffer },
  readings: readonly Reading[],
): Promise<Contents> {
  const [causes, named] = await Promise.all([
    readCauses(
      on,
      readings.flatMap(({ slots }) => slots),
    ),
    namedIn(on, feedKey, readings),
  ]);
  const releasable = new Map<number, CauseRow>();
  for (const { slots, viewer } of readings)
    for (const slot of slots) {
      const cause = causes.get(slot.position);
      if (cause !== undefined && isReleasable(slot, cause, viewer)) releasable.set(slot.position, cause);
    }
  const rows = [...releasable.values()];
  const decoded = await log.decode(rows);
  return { causes, eventAt: eventsOnce(new Map(rows.map((row, i) => [row.position, [row, decoded[i]!]]))), named };
}

/** Ten who get the same event get the same object. */
function eventsOnce(decoded: ReadonlyMap<number, [CauseRow, Decoded]>): (position: number) => PartnerEvent {
  const made = new Map<number, PartnerEvent>();
  return (position) => {
    const known = made.get(position);
    if (known !== undefined) return known;
    const [row, outcome] = decoded.get(position) ?? [];
    if (row === undefined || outcome === undefined) throw new Error(`the event at ${position} was not read`);
    // Fan-out could read it, so this is a build that is older than the one that did.
    if ('fault' in outcome)
      throw new Problem('Unavailable', 'feed.undecodable', `An event of ${row.stream} cannot be read here just now.`);
    const event = partnerEvent(outcome.event, row.marking);
    made.set(position, event);
    return event;
  };
}

/** Ids of the deliveries that notices name. */
async function namedIn(on: LogReads, feedKey: Buffer, readings: readonly Reading[]): Promise<Map<string, string>> {
  const about = readings.flatMap(({ asked: { subscriber }, slots }) =>
    slots.flatMap(({ sequences }) => sequences ?? []).map((sequence) => ({ ...subscriber, sequence })),
  );
  const subscriptions = new Map(about.map(({ subscriber, subscription }) => [subscriber, subscription]));
  const distinct = new Map(about.map((one) => [keyOf(one), one]));
  const names = await namesOf(on, [...distinct.values()]);
  return new Map(
    names.map((name) => {
      const subscription = subscriptions.get(name.subscriber) ?? '';
      return [keyOf(name), deliveryId(feedKey, subscription, name.sequence, name.cause)];
    }),
  );
}

const keyOf = ({ subscriber, sequence }: { subscriber: number; sequence: number }): string =>
  `${subscriber} ${sequence}`;

/** One whose event cannot be read or shown is refused for itself. */
function decide(
  { asked, slots, epochs, viewer }: Reading,
  { causes, eventAt, named }: Contents,
  feedKey: Buffer,
): { answer: Answer; disclosure?: Disclosure } {
  const { subscriber, channel } = asked;
  try {
    const decided = slots.map((slot) => {
      const cause = causes.get(slot.position);
      if (cause === undefined) throw new Error(`there is no event at ${slot.position}`);
      return decideDelivery(slot, cause, {
        viewer,
        epochs,
        eventAt,
        idOf: (sequence, id) => deliveryId(feedKey, subscriber.subscription, sequence, id),
        idAt: (sequence) => named.get(keyOf({ ...subscriber, sequence })),
      });
    });
    return {
      answer: { deliveries: decided.map(({ delivery }) => delivery) },
      disclosure: { to: subscriber, channel, disclosed: decided.flatMap(({ disclosed }) => disclosed ?? []) },
    };
  } catch (error) {
    return { answer: { refused: error as Error } };
  }
}
