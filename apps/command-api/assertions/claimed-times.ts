import { DATED, type ClaimedTime } from '#events';

/**
 * A time is claimed as far as it is known: `2026-03` is "some time in March". So it stands for a span, and two of them are
 * compared by the ends that are kindest to the claim.
 */
export interface Span {
  /** First and last millisecond of the claim, since 1970. */
  first: number;
  last: number;
  precision: ClaimedTime['precision'];
}

const FORM = new RegExp(DATED);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** The span of a claim, or undefined where it is no date that exists (30 February, hour 25). */
export function spanOf(text: string): Span | undefined {
  if (!FORM.test(text)) return undefined;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  if (text.length === 4) return { first: Date.UTC(year, 0), last: Date.UTC(year + 1, 0) - 1, precision: 'year' };
  if (month < 1 || month > 12) return undefined;
  if (text.length === 7)
    return { first: Date.UTC(year, month - 1), last: Date.UTC(year, month) - 1, precision: 'month' };
  const first = instantOf(text, year, month);
  if (first === undefined) return undefined;
  if (text.length === 10) return { first, last: first + DAY - 1, precision: 'day' };
  if (text.length === 17) return { first, last: first + MINUTE - 1, precision: 'minute' };
  const fraction = text.length > 20;
  return { first, last: fraction ? first : first + SECOND - 1, precision: 'second' };
}

/** Date.UTC would turn 30 February into 2 March; what comes back must be what was written. */
function instantOf(text: string, year: number, month: number): number | undefined {
  const day = Number(text.slice(8, 10));
  const hour = Number(text.slice(11, 13));
  const minute = Number(text.slice(14, 16));
  const second = Number(text.slice(17, 19).replace(/\D/g, ''));
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = /\.(\d{1,3})Z$/.exec(text)?.[1] ?? '0';
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * SECOND + Number(fraction.padEnd(3, '0'));
}

/** Nothing that this system is about happened before; an earlier date is a mistake of typing or of an export. */
const EARLIEST = Date.UTC(1900, 0);
/** Plans and expiry dates reach into the future, but not further. */
const LATEST_YEARS = 20;
/** Clocks and time zones of reporters differ; a report from the day after tomorrow is a mistake. */
const REPORT_AHEAD = 36 * 60 * MINUTE;

/** Why a dated statement cannot be taken, or undefined. */
export function dateFault(span: Span | undefined, now: Date): { code: string; detail: string } | undefined {
  if (span === undefined)
    return {
      code: 'time.not-a-date',
      detail: 'must be a date that exists, in UTC: 2026, 2026-03, 2026-03-09 or 2026-03-09T21:15Z',
    };
  if (span.last < EARLIEST) return { code: 'time.absurd', detail: 'must not be before the year 1900' };
  if (span.first > now.getTime() + LATEST_YEARS * 366 * DAY)
    return { code: 'time.absurd', detail: `must not be more than ${LATEST_YEARS} years ahead` };
  return undefined;
}

/** Why the time of a report cannot be taken, or undefined. */
export function reportTimeFault(
  span: Span | undefined,
  precision: string | undefined,
  now: Date,
): { code: string; detail: string } | undefined {
  const fault = dateFault(span, now);
  if (fault !== undefined || span === undefined) return fault;
  if (precision !== undefined && precision !== span.precision)
    return { code: 'time.precision', detail: `is written to the ${span.precision}; cut it where knowledge ends` };
  if (span.first > now.getTime() + REPORT_AHEAD)
    return { code: 'time.in-future', detail: 'must not be in the future: it is when it happened' };
  return undefined;
}
