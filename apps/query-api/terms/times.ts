import { BEGINNING_OF_TIME, periodOf, spanOf } from '#events';
import type { Validity } from '../reading/fetch.js';
import { fault } from './refusals.js';

/**
 * Two times that must not be mixed up: `validAt` asks what was true then, `knownAt` what we knew then.
 * A date is a claim with a precision: `2026-03` names the whole month, here as in every statement.
 */

/** Far behind every year that ISO 8601 writes with four digits; still an exact number. */
export const END_OF_TIME = 8_640_000_000_000;

function understood<Read>(read: Read | undefined, pointer: string): Read {
  if (read !== undefined) return read;
  throw fault(
    pointer,
    'time.not-understood',
    'Not a date of the calendar. Write 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15:00Z (UTC).',
  );
}

export interface ValidTerms {
  validAt?: string;
  validFrom?: string;
  validTo?: string;
}

/** The period that statements must touch; all of time where none is given. `validTo` is included. */
export function validityOf({ validAt, validFrom, validTo }: ValidTerms): Validity {
  if (validAt !== undefined) {
    if (validFrom !== undefined || validTo !== undefined)
      throw fault('/validAt', 'period.twice', 'Give either validAt or a period (validFrom, validTo), not both.');
    const { from, to } = understood(periodOf(validAt), '/validAt');
    return { validStart: from, validEnd: to };
  }
  const validStart = validFrom === undefined ? BEGINNING_OF_TIME : understood(periodOf(validFrom), '/validFrom').from;
  const validEnd = validTo === undefined ? END_OF_TIME : understood(periodOf(validTo), '/validTo').to;
  if (validStart >= validEnd)
    throw fault('/validTo', 'period.reversed', 'The period ends before it begins: validTo lies before validFrom.');
  return { validStart, validEnd };
}

/** The last instant that `knownAt` names: what was known on a day is what was known at its end. */
export function knownInstant(knownAt: string, pointer = '/knownAt'): Date {
  return new Date(understood(spanOf(knownAt), pointer).last);
}

/** ISO 8601 to the second: no answer is finer, because finer times would number what happens in secret. */
export function toTheSecond(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** A statement's own period as people write it: days where it begins and ends with a day, the last one included. */
export function periodText(from: number | null, to: number | null): { from?: string; to?: string } {
  const wholeDays = (from === null || from % 86_400 === 0) && (to === null || to % 86_400 === 0);
  const text = (second: number): string => {
    const time = toTheSecond(new Date(second * 1000));
    return wholeDays ? time.slice(0, 10) : time;
  };
  return {
    ...(from === null ? {} : { from: text(from) }),
    ...(to === null ? {} : { to: text(to - 1) }),
  };
}
