import type { Desk } from './desk.js';
import { readMarkings, readStreamsAt, type Header } from './log-reading.js';
import { dropMemberships } from './memberships.js';
import { recipientsOf, subscribersIn, type Offer } from './recipients.js';
import { endSlots, heldOf, liveSlots, notifyHolders, stopDeliveries, type LiveSlot } from './recalls.js';
import { standingOf, Undecidable, type Standing, type StreamEvent } from './standing.js';
import type { Notice } from './turn.js';

/**
 * An event that ends others of its stream, or makes it seen by others: what stands is worked out anew, and each subscriber's
 * slots are brought to it. What was delivered and ended is recalled; what is delivered and changed is told.
 * @throws {@link Undecidable}
 */
export async function reconsiderStream(desk: Desk, cause: Header, why: 'event' | 'discarded' = 'event'): Promise<void> {
  const { turn, state, log } = desk;
  const isLeftOut = state.isLeftOut.bind(state);
  const events =
    (await readStreamsAt(turn.write, log, [cause.stream], cause.position, isLeftOut)).get(cause.stream) ?? [];
  const standing = standingOf(events);
  const own = events.find(({ position }) => position === cause.position);
  const turned = turnOf(cause, own, standing, why);
  const { body } = own?.event ?? {};
  if (body?.type === 'assertion.withdrawn')
    await dropMemberships(
      desk,
      cause.stream,
      body.data.statements.map(({ index }) => index),
    );
  const offers = offersOf(events, standing).filter(({ position }) => turned.all || position === cause.position);
  const going = await recipientsOf(desk, offers, { givenAt: () => cause.givenAt, upTo: cause.position });
  const fault = offers.map(going).find((to) => 'fault' in to);
  if (fault !== undefined && 'fault' in fault) throw new Undecidable(fault.fault);

  await readMarkings(
    turn.write,
    events.map((each) => audienceIn(standing, each)),
    state.markings,
  );
  const live = await liveSlots(
    turn,
    events.map(({ position }) => position),
  );
  const lost = live.filter((slot) => isLost(desk, cause, slot, { events, standing, turned }));
  await stopDeliveries(
    turn,
    live.map(({ subscriber }) => subscriber),
  );
  await endSlots(turn, lost, cause.position);
  const has = new Set(live.map(({ subscriber, position }) => `${subscriber} ${position}`));
  for (const offer of offers)
    for (const subscriber of subscribersIn(going(offer)))
      if (!has.has(`${subscriber} ${offer.position}`)) turn.event(subscriber, offer.position, cause.givenAt);
  if (turned.ended !== undefined) notifyHolders(turn, cause, await heldOf(turn, lost), turned.ended);
  if (turned.standing !== undefined) {
    const left = live.filter((slot) => !lost.includes(slot));
    notifyHolders(turn, cause, await heldOf(turn, left), turned.standing);
  }
}

/** How an event turns its stream. */
interface Turned {
  /** Whether all that stands is offered again, or this event alone. */
  all: boolean;
  /** What holders of what has ended are told, and those of what stands still. */
  ended?: Pick<Notice, 'kind' | 'reason'>;
  standing?: Pick<Notice, 'kind' | 'reason'>;
}

function turnOf(cause: Header, own: StreamEvent | undefined, standing: Standing, why: 'event' | 'discarded'): Turned {
  if (why === 'discarded') return { all: true, ended: { kind: 'recall', reason: 'discarded' } };
  if (cause.type === 'assertion.regraded') {
    const changed = { kind: 'regraded', reason: 'regraded' } as const;
    return {
      all: true,
      ended: { kind: 'recall', reason: 'regraded' },
      ...(standing.live.length > 0 && { standing: changed }),
    };
  }
  if (cause.type === 'assertion.withdrawn') {
    if (standing.live.length === 0) return { all: false, ended: { kind: 'recall', reason: 'withdrawn' } };
    return { all: false, standing: { kind: 'corrected', reason: 'withdrawn-in-part' } };
  }
  const overturned = own?.event?.body.type === 'removal.appeal-decided';
  return { all: false, ended: { kind: 'corrected', reason: overturned ? 'overturned' : 'corrected' } };
}

function isLost(
  { state }: Desk,
  cause: Header,
  { subscriber, position }: LiveSlot,
  { events, standing, turned }: { events: readonly StreamEvent[]; standing: Standing; turned: Turned },
): boolean {
  if (!standing.live.includes(position)) return true;
  const event = events.find((each) => each.position === position);
  if (!turned.all || event === undefined) return false;
  return !state.decisionsAt(cause.givenAt).maySee(subscriber, audienceIn(standing, event));
}

function audienceIn(standing: Standing, { audience }: StreamEvent): number {
  return standing.regraded ?? audience;
}

function offersOf(events: readonly StreamEvent[], standing: Standing): Offer[] {
  return events
    .filter(({ position }) => standing.live.includes(position))
    .map((each) => ({ position: each.position, type: each.type, audience: audienceIn(standing, each) }));
}
