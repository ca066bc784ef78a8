import { BEGINNING_OF_TIME } from '../terms/times.js';
import type { Validity } from './fetch.js';

/**
 * A NOT_MEMBER_OF ends the MEMBER_OF of its pair that were recorded before it, from its own beginning on; undated, it says that
 * they never were. Nothing is overwritten: once it is withdrawn they stand again. Its own end means nothing: whoever comes back
 * is said to be a member anew.
 */
export interface Dated {
  pos: number;
  from?: number | null | undefined;
}

/** First second from which the membership is over; undefined where nothing that was said later ends it. */
export function endOf({ pos }: Dated, partings: readonly Dated[]): number | undefined {
  const ends = partings.flatMap((one) => (one.pos > pos ? [one.from ?? BEGINNING_OF_TIME] : []));
  return ends.length === 0 ? undefined : ends.reduce((one, other) => Math.min(one, other));
}

/** Whether anything is left of the membership in the period asked for. */
export function lasts(
  joined: Dated,
  partings: readonly Dated[],
  { validStart }: Pick<Validity, 'validStart'>,
): boolean {
  const end = endOf(joined, partings);
  return end === undefined || (end > validStart && end > (joined.from ?? BEGINNING_OF_TIME));
}
