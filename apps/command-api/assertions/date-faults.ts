import type { Span } from '#events';

/** Which dates can be meant, beyond being dates at all. */
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

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
