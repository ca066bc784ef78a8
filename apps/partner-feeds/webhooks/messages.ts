import type { Delivery, Place } from '../deliveries/delivery.js';

/** What is posted to an endpoint (Standard Webhooks 1.0): what it is about, since when, and the rest. */
export interface Message {
  /** Of the delivery, the same at every attempt. */
  id: string;
  body: string;
}

/**
 * Says that there is a delivery and where it is, and nothing of what is in it: that is decided when it is fetched, by whoever is let
 * in. The same for every delivery, so that neither a kind nor a withholding shows.
 * @param base address at which partners reach this app; empty gives the path alone
 */
export function thinMessage(subscription: string, place: Place & { cursor: string }, base: string): Message {
  const { sequence, delivery, cursor } = place;
  const url = `${base}/v1/feeds/${subscription}/entries/${cursor}`;
  return message(delivery, 'feed.delivery', place.added, { subscription, sequence, delivery, cursor, url });
}

/** Carries the delivery itself, as it is decided at this attempt. */
export function fullMessage(subscription: string, { added, ...delivery }: Delivery): Message {
  return message(delivery.delivery, typeOf({ added, ...delivery }), added, { subscription, ...delivery });
}

/** Says nothing but that it arrived. */
export function testMessage(subscription: string, id: string, now: Date): Message {
  return message(id, 'feed.test', now.getTime() * 1000, { subscription });
}

function typeOf(delivery: Delivery): string {
  if ('withheld' in delivery) return 'feed.withheld';
  return delivery.kind === 'event' ? delivery.event.type : `feed.${delivery.notice.notice}`;
}

function message(id: string, type: string, added: number, data: object): Message {
  const timestamp = new Date(Math.floor(added / 1000)).toISOString();
  return { id, body: JSON.stringify({ type, timestamp, data }) };
}
