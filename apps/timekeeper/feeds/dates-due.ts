import type { AgreementEvent, KnownEvent, SubscriptionEvent } from '#events';
import type { KnownSubscription } from '#feeds';

/** What the dates of agreements and keys make due. Pure; dates decide about rights, these only tell readers of the log. */

export interface AgreementDates {
  starts: Date;
  /** First moment at which it is over; undefined without an end. */
  ends?: Date;
}

export type DateTold = 'began' | 'ending' | 'lapsed';

/**
 * What has to be told of an agreement now, each once. One that somebody ended was told of by that; one whose whole time passed
 * while nobody looked only lapses.
 */
export function datesDue(
  { starts, ends }: AgreementDates,
  history: readonly Pick<Extract<KnownEvent, { body: AgreementEvent }>, 'body'>[],
  now: Date,
  noticeMs: number,
): DateTold[] {
  const types = new Set(history.map(({ body }) => body.type));
  if (types.has('agreement.ended')) return [];
  const isOver = ends !== undefined && ends <= now;
  const isNear = ends !== undefined && !isOver && ends.getTime() - noticeMs <= now.getTime();
  const due: [DateTold, boolean][] = [
    ['began', starts <= now && !isOver],
    ['ending', isNear],
    ['lapsed', isOver],
  ];
  return due.flatMap(([told, isDue]) => (isDue && !types.has(`agreement.${told}`) ? [told] : []));
}

/** That a key is about to sign no more: once for each rotation, while the overlap lasts. */
export function keyEnding(
  { status, subscription, key, keyOverlapUntil, keyEndingTold }: KnownSubscription,
  now: Date,
  noticeMs: number,
): SubscriptionEvent | undefined {
  if (status === 'ended' || keyOverlapUntil === undefined || keyEndingTold) return undefined;
  const left = Date.parse(keyOverlapUntil) - now.getTime();
  if (left <= 0 || left > noticeMs) return undefined;
  const data = { subscription, key: key - 1, overlapUntil: keyOverlapUntil };
  return { type: 'subscription.key-ending', version: 1, data };
}
