import type { Validity } from '../reading/fetch.js';
import { fault } from './refusals.js';

/**
 * Two times that must not be mixed up: `validAt` asks what was true then, `knownAt` what we knew then.
 * A date is a claim with a precision: `2026-03` names the whole month, here as in every statement.
 */

const CLAIM = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z)?)?)?$/;

/** Far outside of every year that ISO 8601 writes with four digits; still exact numbers. */
export const BEGINNING_OF_TIME = -8_640_000_000_000;
export const END_OF_TIME = 8_640_000_000_000;

/** First second of the claim and first second after it, in epoch seconds; undefined where it is not a date of the calendar. */
export function periodOf(claim: string): { start: number; end: number } | undefined {
  const parts = CLAIM.exec(claim);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const start = instant(year, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  if (start === undefined) return undefined;
  if (month === undefined) return { start, end: instant((year ?? 0) + 1, 1, 1, 0, 0, 0) ?? END_OF_TIME };
  if (day === undefined)
    return {
      start,
      end:
        (month === 12 ? instant((year ?? 0) + 1, 1, 1, 0, 0, 0) : instant(year, month + 1, 1, 0, 0, 0)) ?? END_OF_TIME,
    };
  return { start, end: start + (hour === undefined ? 86_400 : second === undefined ? 60 : 1) };
}

function instant(
  year: number | undefined,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  if (year === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const sameDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return sameDay ? Math.floor(date.getTime() / 1000) + hour * 3600 + minute * 60 + second : undefined;
}

function claimed(claim: string, pointer: string): { start: number; end: number } {
  const period = periodOf(claim);
  if (period !== undefined) return period;
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
    const { start, end } = claimed(validAt, '/validAt');
    return { validStart: start, validEnd: end };
  }
  const validStart = validFrom === undefined ? BEGINNING_OF_TIME : claimed(validFrom, '/validFrom').start;
  const validEnd = validTo === undefined ? END_OF_TIME : claimed(validTo, '/validTo').end;
  if (validStart >= validEnd)
    throw fault('/validTo', 'period.reversed', 'The period ends before it begins: validTo lies before validFrom.');
  return { validStart, validEnd };
}

/** The last instant that `knownAt` names: what was known on a day is what was known at its end. */
export function knownInstant(knownAt: string): Date {
  const millisecond = /\.(\d{1,3})Z$/.exec(knownAt)?.[1];
  const { start, end } = claimed(knownAt, '/knownAt');
  return millisecond === undefined
    ? new Date(end * 1000 - 1)
    : new Date(start * 1000 + Number(millisecond.padEnd(3, '0')));
}

/** ISO 8601 to the second: no answer is finer, because finer times would number what happens in secret. */
export function toTheSecond(time: Date): string {
  return `${new Date(Math.floor(time.getTime() / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** A statement's own period as people write it: days where it begins and ends with a day, the last one included. */
export function periodText(from: number | null, to: number | null): { from?: string; to?: string } {
  const wholeDays = (from === null || from % 86_400 === 0) && (to === null || to % 86_400 === 0);
  const text = (second: number): string =>
    new Date(second * 1000).toISOString().slice(0, wholeDays ? 10 : 19) + (wholeDays ? '' : 'Z');
  return {
    ...(from === null ? {} : { from: text(from) }),
    ...(to === null ? {} : { to: text(to - 1) }),
  };
}
