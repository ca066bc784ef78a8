const FORM = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?Z)?)?)?$/;

/** A period in epoch seconds: `from` belongs to it, `to` no longer. */
export interface Period {
  from: number;
  to: number;
}

/**
 * The period that a claimed time stands for: an ISO 8601 text cut where knowledge ends, so `2026-03` is all of March.
 * Undefined for what is no date (`2026-02-30`): a guess would be a claim that nobody made.
 */
export function periodOf(claimed: string): Period | undefined {
  const parts = FORM.exec(claimed);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (year === undefined) return undefined;
  const at = (...fields: [number, number?, number?, number?, number?]): number => secondsOf(year, ...fields);
  if (month === undefined) return { from: at(1), to: secondsOf(year + 1, 1) };
  if (month < 1 || month > 12) return undefined;
  if (day === undefined) return { from: at(month), to: at(month + 1) };
  if (day < 1 || at(month, day) >= at(month + 1)) return undefined;
  if (hour === undefined || minute === undefined) return { from: at(month, day), to: at(month, day + 1) };
  if (hour > 23 || minute > 59 || (second ?? 0) > 59) return undefined;
  const from = at(month, day, hour, minute, second ?? 0);
  return { from, to: from + (second === undefined ? 60 : 1) };
}

/** Months and days may run over, as in `Date.UTC`. Years below 100 are what they say and not the twentieth century. */
function secondsOf(year: number, month: number, day = 1, hour = 0, minute = 0, second = 0): number {
  if (year > 99) return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() / 1000;
}
