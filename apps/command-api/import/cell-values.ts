import { DATED, MAX_TEXT, type ClaimedTime } from '#events';
import type { ValueType } from './mapping.js';

/** Text of a cell as a stricter value; `fault` completes the sentence "column x ...". */
export type ReadValue = { value: string | number | boolean } | { fault: string; code: string };
export type ValueReader = (text: string) => ReadValue;

const INTEGER = /^-?\d{1,15}$/u;
const DECIMAL = /^-?\d{1,15}(?:\.\d{1,15})?$/u;
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  yes: true,
  no: false,
  '1': true,
  '0': false,
};

/** Reader for a type; dates take the format that the file writes them in, and ISO 8601 without one. */
export function valueReader(as: ValueType = 'text', format?: string): ValueReader {
  switch (as) {
    case 'text':
      return (text) =>
        text.length > MAX_TEXT ? wrong('cell.too-long', `is longer than ${MAX_TEXT} characters`) : { value: text };
    case 'integer':
      return (text) =>
        INTEGER.test(text) ? { value: Number(text) } : wrong('cell.not-an-integer', 'is not a whole number');
    case 'decimal':
      return (text) => (DECIMAL.test(text) ? { value: Number(text) } : wrong('cell.not-a-number', 'is not a number'));
    case 'boolean':
      return (text) => {
        const value = BOOLEANS[text.toLowerCase()];
        return value === undefined ? wrong('cell.not-a-boolean', 'is neither yes nor no') : { value };
      };
    case 'date':
    case 'date-time':
      return format === undefined ? isoDate : formattedDate(format);
  }
}

function wrong(code: string, fault: string): ReadValue {
  return { code, fault };
}

const ISO = new RegExp(DATED, 'u');

function isoDate(text: string): ReadValue {
  return ISO.test(text) && isCalendarTime(text.split(/[-T:.Z]/u).map(Number))
    ? { value: text }
    : wrong('cell.not-a-date', 'is not an ISO 8601 date that exists');
}

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
};
const TOKEN = /YYYY|MM|M|DD|D|HH|H|mm|ss/gu;

/** What is wrong with a date format, or `undefined`. */
export function formatFault(format: string, as: ValueType): string | undefined {
  const tokens = [...format.matchAll(TOKEN)].map((match) => match[0][0] ?? '');
  if (new Set(tokens).size !== tokens.length) return 'names a part of the date twice';
  if (/[A-Za-z]/u.test(format.replace(TOKEN, '').replace('T', ''))) return 'has letters that are no part of a date';
  const needed = as === 'date' ? ['Y'] : ['Y', 'M', 'D', 'H', 'm'];
  const missing = needed.filter((token) => !tokens.includes(token));
  if (missing.length > 0) return `does not say where to find ${missing.join(', ')}`;
  return tokens.includes('D') && !tokens.includes('M') ? 'has a day without a month' : undefined;
}

function formattedDate(format: string): ValueReader {
  const escaped = format.replace(/[.*+?^$()|[\]\\]/gu, '\\$&');
  const pattern = new RegExp(`^${escaped.replace(TOKEN, (token) => TOKENS[token] ?? token)}$`, 'u');
  return (text) => {
    const parts = pattern.exec(text)?.groups;
    if (parts === undefined) return wrong('cell.not-a-date', `is not written as ${format}`);
    const { year = '', month, day, hour, minute, second } = parts;
    const numbers = [year, month, day, hour, minute, second].filter((part) => part !== undefined).map(Number);
    if (!isCalendarTime(numbers)) return wrong('cell.not-a-date', 'names a day or a time that does not exist');
    const date = [year, month, day]
      .filter((part) => part !== undefined)
      .map((part) => part.padStart(2, '0'))
      .join('-');
    const clock = [hour, minute, second]
      .filter((part) => part !== undefined)
      .map((part) => part.padStart(2, '0'))
      .join(':');
    return { value: clock === '' ? date : `${date}T${clock}Z` };
  };
}

function isCalendarTime([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0]: number[]): boolean {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return (
    year >= 1000 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  );
}

const PRECISIONS: Readonly<Record<number, ClaimedTime['precision']>> = {
  4: 'year',
  7: 'month',
  10: 'day',
  17: 'minute',
};

/** A dated text with the precision that its length shows. */
export function claimedTime(at: string): ClaimedTime {
  return { at, precision: PRECISIONS[at.length] ?? 'second' };
}

/** Whether a text is ISO 8601 in UTC, cut where knowledge ends. */
export function isDated(text: string): boolean {
  return 'value' in isoDate(text);
}
