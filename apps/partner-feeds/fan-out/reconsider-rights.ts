import { SLOT } from '#feeds';
import type { Desk } from './desk.js';
import { listOf, readHeaders, readMarkings, readStreamsAt, type Header } from './log-reading.js';
import { recipientsOf, subscribersIn, type Offer } from './recipients.js';
import { endSlots, heldOf, liveSlots, notifyHolders, stopDeliveries, type LiveSlot } from './recalls.js';
import { isStatement, standingOf, Undecidable, type Standing, type StreamEvent } from './standing.js';
import type { Doing } from './state.js';

/**
 * One step of looking through what some subscribers hold and have missed, after their rights or filters changed. In each phase
 * the whole log up to the change is gone through, and the next position waits until the last one is over: so the order of a
 * sequence depends on nothing that is hidden. Returns the next step, or undefined after the last one.
 */
export async function reconsiderRights(desk: Desk, doing: Doing): Promise<Doing | undefined> {
  switch (doing.phase) {
    case 'lost':
      return lose(desk, doing);
    case 'told':
      return tell(desk, doing);
    case 'gained':
      return gain(desk, doing);
    default:
      return doing.phase satisfies never;
  }
}

const HOLDINGS = `
  SELECT f.subscriber, f.sequence, f.position, coalesce(
    (SELECT v.audience FROM events v
     WHERE v.stream = e.stream AND v.type = 'assertion.regraded'
       AND (SELECT q.position FROM log_positions q WHERE q.seq = v.seq) <= $4
     ORDER BY v.stream_version DESC LIMIT 1),
    e.audience
  ) AS audience
  FROM feed_slots f JOIN log_positions p ON p.position = f.position JOIN events e ON e.seq = p.seq
  WHERE f.position > $2 AND f.position <= $3 AND f.kind = ${SLOT.event} AND f.ended IS NULL AND f.subscriber = ANY ($1::int[])`;

/** Ends slots of what may not be seen any more. */
async function lose({ turn, state, atMost }: Desk, doing: Doing): Promise<Doing> {
  const upTo = Math.min(doing.cursor + atMost, doing.position);
  const held = await turn.write.query<LiveSlot & { audience: number }>(HOLDINGS, [
    listOf(doing.subscribers),
    doing.cursor,
    upTo,
    doing.position,
  ]);
  await readMarkings(
    turn.write,
    held.map(({ audience }) => audience),
    state.markings,
  );
  const decisions = state.decisionsAt(doing.givenAt);
  const lost = held.filter(({ subscriber, audience }) => !decisions.maySee(subscriber, audience));
  await stopDeliveries(
    turn,
    lost.map(({ subscriber }) => subscriber),
  );
  await endSlots(turn, lost, doing.position);
  return upTo < doing.position ? { ...doing, cursor: upTo } : { ...doing, phase: 'told', cursor: 0 };
}

/** Recalls what was delivered of it: once, however many steps it took to end it. */
async function tell({ turn }: Desk, doing: Doing): Promise<Doing | undefined> {
  const { subscribers, position, reason, gained } = doing;
  await stopDeliveries(turn, subscribers);
  const ended = await turn.write.query<{ subscriber: number; sequence: number }>(
    `SELECT subscriber, sequence FROM feed_slots
     WHERE subscriber = ANY ($1::int[]) AND ended = $2 AND kind = ${SLOT.event} ORDER BY subscriber, sequence`,
    [listOf(subscribers), position],
  );
  notifyHolders(turn, doing, await heldOf(turn, ended), { kind: 'recall', reason });
  return gained ? { ...doing, phase: 'gained', cursor: 0 } : undefined;
}

/** Appends what may be had now and was missed, in the order of the log. */
async function gain(desk: Desk, doing: Doing): Promise<Doing | undefined> {
  const { turn, atMost } = desk;
  const upTo = Math.min(doing.cursor + atMost, doing.position);
  const headers = (await readHeaders(turn.write, doing.cursor, upTo)).filter(({ type }) => isStatement(type));
  const offers = await standingOffers(desk, headers, doing);
  const recipients = await recipientsOf(desk, offers, { givenAt: () => doing.givenAt, upTo: doing.position });
  const live = await liveSlots(
    turn,
    offers.map(({ position }) => position),
  );
  const has = new Set(live.map(({ subscriber, position }) => `${subscriber} ${position}`));
  const asking = new Set(doing.subscribers);
  for (const offer of offers)
    for (const subscriber of subscribersIn(recipients(offer)))
      if (asking.has(subscriber) && !has.has(`${subscriber} ${offer.position}`))
        turn.event(subscriber, offer.position, doing.givenAt);
  return upTo < doing.position ? { ...doing, cursor: upTo } : undefined;
}

/** Those events that stand, each under the marking of its stream. */
async function standingOffers({ turn, state, log }: Desk, headers: readonly Header[], doing: Doing): Promise<Offer[]> {
  const isLeftOut = state.isLeftOut.bind(state);
  const streams = await readStreamsAt(
    turn.write,
    log,
    headers.map(({ stream }) => stream),
    doing.position,
    isLeftOut,
  );
  const standing = new Map([...streams].map(([stream, events]) => [stream, standingOrNothing(events)]));
  return headers.flatMap(({ position, type, audience, stream }) => {
    const known = standing.get(stream);
    return known?.live.includes(position) === true ? [{ position, type, audience: known.regraded ?? audience }] : [];
  });
}

/** A stream that cannot be read is parked when its turn comes; until then nothing of it is appended. */
function standingOrNothing(events: readonly StreamEvent[]): Standing {
  try {
    return standingOf(events);
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error;
    return { live: [] };
  }
}
