import { DATED } from './assertion-schemas.js';
import type { ClaimedTime } from './envelope.js';

/** A time is claimed as far as it is known, so `2026-03` is "some time in March", and every claim stands for a span. */
export interface Span {
  /** First and last millisecond of the claim, since 1970. */
  first: number;
  last: number;
  precision: ClaimedTime['precision'];
}

const FORM = new RegExp(DATED);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/**
 * The span of a claim: an ISO 8601 text in UTC, cut where knowledge ends. Undefined for what is no date (30 February, hour 25):
 * a guess would be a claim that nobody made.
 */
export function spanOf(claim: string): Span | undefined {
  if (!FORM.test(claim)) return undefined;
  const year = Number(claim.slice(0, 4));
  if (claim.length === 4) return { first: midnight(year), last: midnight(year + 1) - 1, precision: 'year' };
  const month = Number(claim.slice(5, 7));
  if (month < 1 || month > 12) return undefined;
  const nextMonth = midnight(year, month + 1);
  if (claim.length === 7) return { first: midnight(year, month), last: nextMonth - 1, precision: 'month' };
  const day = midnight(year, month, Number(claim.slice(8, 10)));
  if (claim.slice(8, 10) === '00' || day >= nextMonth) return undefined;
  if (claim.length === 10) return { first: day, last: day + DAY - 1, precision: 'day' };
  const [hour, minute, second = 0, fraction = 0] = claim.slice(11, -1).split(/[:.]/, 4).map(Number) as [number, number];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const first = day + (hour * 60 + minute) * MINUTE + second * SECOND;
  if (claim.length === 17) return { first, last: first + MINUTE - 1, precision: 'minute' };
  if (claim.length === 20) return { first, last: first + SECOND - 1, precision: 'second' };
  const exact = first + fraction * 10 ** (3 - (claim.length - 21));
  return { first: exact, last: exact, precision: 'second' };
}

/** Months and days may run over, as in `Date.UTC`. Years below 100 are what they say and not the twentieth century. */
function midnight(year: number, month = 1, day = 1): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/** A span in epoch seconds: `from` is the first second that belongs to it, `to` the first one after it. */
export interface Period {
  from: number;
  to: number;
}

/** The same span as the graph keeps it. */
export function periodOf(claim: string): Period | undefined {
  const span = spanOf(claim);
  return span && { from: Math.floor(span.first / SECOND), to: Math.floor(span.last / SECOND) + 1 };
}
