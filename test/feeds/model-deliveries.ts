/** What each place of a feed gives whoever asks for it, worked out naively: by everything that was said so far and the time that it is. */
import { createHmac } from 'node:crypto';
import type { Arrival } from './channels/inbox.js';
import type { ModelFeed, ModelSlot } from './feeds-model.js';
import { sees, type ModelEvent } from './model-policy.js';

export interface ModelDelivery {
  sequence: number;
  delivery: string;
  /** Of the event that the place follows from. */
  cause: ModelEvent;
  kind: 'event' | 'notice' | 'withheld';
  /** The whole of it in one line. */
  text: string;
}

/** Everything that was said, and what time it is (milliseconds since 1970). */
export interface Known {
  said: readonly ModelEvent[];
  now: number;
  feedKey: Buffer;
}

export function deliveriesOf(feed: ModelFeed, { said, now, feedKey }: Known): ModelDelivery[] {
  const { subscription, organisation, slots } = feed;
  const causes = new Map(said.map((event) => [event.position, event]));
  const causeOf = ({ position }: ModelSlot): ModelEvent => causes.get(position)!;
  const over = said.some(({ body }) => body.type === 'subscription.ended' && body.data.subscription === subscription);
  const idOf = (slot: ModelSlot): string =>
    createHmac('sha256', feedKey)
      .update(`${subscription} ${slot.sequence} ${causeOf(slot).id}`)
      .digest()
      .subarray(0, 24)
      .toString('base64url');
  const idAt = (sequence: number): string => idOf(slots[sequence - 1]!);
  return slots.map((slot) => {
    const { sequence, notice, ended } = slot;
    const cause = causeOf(slot);
    const place = { sequence, delivery: idOf(slot), cause };
    if (notice !== null) {
      const named = notice.sequences.map(idAt).join();
      const text = `notice ${notice.kind} ${notice.reason} ${notice.state ?? ''} of ${named}`;
      return { ...place, kind: 'notice', text: `${place.delivery} ${text}` };
    }
    const marking = markingNow(cause, said);
    const isReleasable = ended === null && !over && sees(said, organisation, marking, now);
    return isReleasable
      ? { ...place, kind: 'event', text: `${place.delivery} event ${cause.id} ${wordsOf(marking)}` }
      : { ...place, kind: 'withheld', text: `${place.delivery} withheld` };
  });
}

/** What came, in the same words. */
export function textOf(arrival: Arrival): string {
  const { delivery } = arrival;
  if ('withheld' in arrival) return `${delivery} withheld`;
  if (arrival.kind === 'event') {
    const { id, data } = arrival.event;
    return `${delivery} event ${id} ${wordsOf(data.terms.marking)}`;
  }
  const { notice, reason, state, deliveries } = arrival.notice;
  return `${delivery} notice ${notice} ${reason} ${state ?? ''} of ${deliveries.join()}`;
}

function markingNow({ stream, marking }: ModelEvent, said: readonly ModelEvent[]): ModelEvent['marking'] {
  const regrades = said.filter((each) => each.stream === stream && each.body.type === 'assertion.regraded');
  return regrades.at(-1)?.marking ?? marking;
}

function wordsOf({ tlp, originator, releasableTo }: ModelEvent['marking']): string {
  return `TLP:${tlp} of ${originator} to ${releasableTo.join()}`;
}
