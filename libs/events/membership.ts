/** Far before every year that ISO 8601 writes with four digits; still an exact number of seconds. */
export const BEGINNING_OF_TIME = -8_640_000_000_000;

/** A MEMBER_OF or NOT_MEMBER_OF: where it stands in the log, and from which second on it is claimed to be true. */
export interface Dated {
  pos: number;
  from?: number | null | undefined;
}

/**
 * A NOT_MEMBER_OF ends the MEMBER_OF of its pair that were recorded before it, from its own beginning on; undated, it says that
 * they never were. Nothing is overwritten: once it is withdrawn they stand again. Its own end means nothing: whoever comes back
 * is said to be a member anew.
 * @returns first second from which the membership is over; undefined where nothing that was said later ends it
 */
export function endOf({ pos }: Dated, partings: readonly Dated[]): number | undefined {
  const ends = partings.flatMap((one) => (one.pos > pos ? [one.from ?? BEGINNING_OF_TIME] : []));
  return ends.length === 0 ? undefined : ends.reduce((one, other) => Math.min(one, other));
}

/** Whether anything is left of the membership from a second on. */
export function lasts(joined: Dated, partings: readonly Dated[], { validStart }: { validStart: number }): boolean {
  const end = endOf(joined, partings);
  return end === undefined || (end > validStart && end > (joined.from ?? BEGINNING_OF_TIME));
}
